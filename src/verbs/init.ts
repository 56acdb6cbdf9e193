/** `vedette init`: a services.yml, and workflows, for a repository that has none yet. */
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Flags, Io, Verb } from '../cli.ts';
import { slug } from '../config/config.ts';
import { parseConfig } from '../config/load.ts';
import { readIfThere, writeWhole } from '../history/files.ts';
import { loadRegistry, settingsOf } from '../probing/registry.ts';
import { type Asking, askOnTerminal, GoneError } from './init/ask.ts';
import { githubFiles, nameOf, pagesAddressOf, pinOf, ROOT, type Target, targetIn } from './init/place.ts';
import { type NamedAddress, servicesYml, type Wanted } from './init/services-yml.ts';
import { titleFor } from './init/title.ts';
import { besides } from './init/workflows.ts';
import { FlagError } from './said.ts';

const HISTORY_BRANCH = 'status-history';

export const init: Verb = {
  summary: 'write services.yml and the workflows for a repository',
  help: `usage: vedette init [--dir DIR] [--title TEXT] [--url URL] [--service NAME=URL]… [--github | --no-github]
                    [--vedette REPO@COMMIT] [--yes] [--force]

Writes a first services.yml, and with GitHub the workflows that probe, publish and preview. In a copy of Vedette (made from
the template) the workflows are there already. In any other repository they check out Vedette beside its files, at the
commit of the copy that runs this, and the history gets a branch of its own. What is missing is asked for on a terminal.

  --dir DIR              root of the repository that is to get a page (default .)
  --title TEXT           what the page is called (default: by the name of the repository)
  --url URL              where it is published (default: the address on GitHub Pages)
  --service NAME=URL     what is watched; may be repeated
  --github               write the workflows (default: when the remote is on GitHub)
  --no-github            write none: another timer runs the rounds
  --vedette REPO@COMMIT  which Vedette the workflows check out
  --yes                  ask nothing, take the defaults
  --force                replace files that are there and differ; services.yml only with --service

Files that are the same are left. An existing services.yml stays as it is unless --service is given.

Exit code: 0 written, or all was there; 1 files that differ are in the way, and nothing was written; 2 something in the
flags is wrong, and nothing was written.`,
  options: {
    dir: { type: 'string', default: '.' },
    title: { type: 'string' },
    url: { type: 'string' },
    service: { type: 'string', multiple: true },
    github: { type: 'boolean' },
    'no-github': { type: 'boolean' },
    vedette: { type: 'string' },
    yes: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
  },
  async run(flags, io) {
    const asking = process.stdin.isTTY && !flags.yes ? askOnTerminal() : undefined;
    try {
      return await initialize(flags, io, asking);
    } catch (error) {
      if (error instanceof FlagError) {
        io.stderr.write(`vedette: ${error.message}; see: vedette init --help\n`);
        return 2;
      }
      if (!(error instanceof GoneError)) throw error;
      io.stderr.write('\nNothing was written.\n');
      return 1;
    } finally {
      asking?.close();
    }
  },
};

async function initialize(flags: Flags, io: Io, asking: Asking | undefined): Promise<number> {
  const target = await targetIn(String(flags.dir), io.env);
  const usesGitHub = await wantsGitHub(flags, target, asking);
  const isThere = (await readIfThere(join(target.folder, 'services.yml'))) !== undefined;
  const isMade = await wantsServices(flags, isThere, asking);
  const files = new Map<string, string>();
  if (isMade) files.set('services.yml', await madeServices(flags, target, usesGitHub, asking));
  for (const [path, text] of await filesBeside(flags, io, target, usesGitHub)) files.set(path, text);
  const chosen = await choose(files, target, flags, asking);
  if ('inTheWay' in chosen) {
    const list = chosen.inTheWay.map((path) => `  ${path}\n`).join('');
    io.stderr.write(`vedette: these files are there and differ; nothing was written, --force replaces them:\n${list}`);
    return 1;
  }
  for (const path of chosen.written) await writeWhole(join(target.folder, path), files.get(path)!);
  if (!isMade) io.stdout.write('kept     services.yml\n');
  for (const path of files.keys())
    io.stdout.write(`${chosen.written.includes(path) ? 'written ' : 'kept    '} ${path}\n`);
  io.stdout.write(chosen.written.length === 0 ? '\nAll of it was there.\n' : `\n${nextSteps(target, usesGitHub)}`);
  return 0;
}

async function wantsGitHub(flags: Flags, { github, isVedette }: Target, asking: Asking | undefined): Promise<boolean> {
  if (flags.github && flags['no-github']) throw new FlagError('--github and --no-github exclude each other');
  if (flags.github || flags['no-github']) return flags.github === true;
  const isLikely = github !== undefined || isVedette;
  return asking ? asking.yes('Run it on GitHub Actions?', isLikely) : isLikely;
}

async function wantsServices(flags: Flags, isThere: boolean, asking: Asking | undefined): Promise<boolean> {
  if (flags.service !== undefined) return true;
  if (!isThere) {
    if (asking) return true;
    throw new FlagError('--service is missing: at least one NAME=URL');
  }
  if (flags.title !== undefined || flags.url !== undefined) {
    if (asking) return true;
    throw new FlagError('services.yml is there; --title and --url are for a new one, which needs --service, too');
  }
  return asking ? asking.yes('services.yml is there. Make a new one?', false) : false;
}

async function madeServices(
  flags: Flags,
  target: Target,
  usesGitHub: boolean,
  asking: Asking | undefined,
): Promise<string> {
  const named = flags.service as string[] | undefined;
  const { name, owner } = nameOf(target);
  const title = (flags.title as string | undefined) ?? titleFor(name, owner);
  const url = (flags.url as string | undefined) ?? (usesGitHub ? pagesAddressOf(target) : undefined);
  const chosenTitle = flags.title === undefined && asking ? await asking.text('Title of the page', title) : title;
  const chosenUrl = flags.url === undefined && asking ? await asking.text('Where it is published', url) : url;
  const wanted: Wanted = {
    title: oneLine(chosenTitle),
    ...(chosenUrl && { url: chosenUrl }),
    services: [],
    // Commits of every round would bury those of code.
    ...(!target.isVedette && usesGitHub && { branch: HISTORY_BRANCH }),
  };
  const services = named?.map(parseService) ?? (asking ? await askServices(asking, wanted) : []);
  const text = servicesYml({ ...wanted, services });
  const ids = services.map(({ name }) => slug(name));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new FlagError(`--service: two are called ${twice}`);
  const problem = await problemIn(text);
  if (problem !== undefined) throw new FlagError(problem);
  return text;
}

function parseService(text: string): NamedAddress {
  const [, name = '', address = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (oneLine(name) === '' || address.trim() === '')
    throw new FlagError(`--service: expected NAME=URL like website=https://example.org, got ${JSON.stringify(text)}`);
  return { name: oneLine(name), address: address.trim() };
}

/** Until nothing is typed; what is wrong is said at once, and asked again. */
async function askServices(asking: Asking, wanted: Wanted): Promise<NamedAddress[]> {
  const services: NamedAddress[] = [];
  for (;;) {
    const hint = services.length === 0 ? 'A service, as website=https://example.org' : 'Another one, or nothing';
    const line = await asking.text(hint);
    if (line === '' && services.length > 0) return services;
    try {
      const service = parseService(line);
      const problem = await problemIn(servicesYml({ ...wanted, services: [service] }));
      if (problem !== undefined) throw new FlagError(problem);
      services.push(service);
    } catch (error) {
      if (!(error instanceof FlagError)) throw error;
      process.stderr.write(`  ${error.message}\n`);
    }
  }
}

/** As `vedette check` would find it, without secrets. */
async function problemIn(text: string): Promise<string | undefined> {
  const parsed = parseConfig('services.yml', text, { kinds: settingsOf(await loadRegistry()), env: {} });
  const problem = parsed.ok ? undefined : parsed.problems.find(({ unset }) => unset === undefined);
  return problem && `${problem.path ? `${problem.path}: ` : ''}${problem.message}`;
}

async function filesBeside(flags: Flags, io: Io, target: Target, usesGitHub: boolean): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  // So that editors complete services.yml without a network.
  if (!target.isVedette) files.set('services.schema.json', await readFile(join(ROOT, 'services.schema.json'), 'utf8'));
  if (!usesGitHub) return files;
  const own = await githubFiles();
  const pin = target.isVedette ? undefined : await pinOf(flags.vedette as string | undefined, io.env);
  for (const [path, text] of own)
    files.set(path, pin && path.includes('/workflows/') ? besides(text, pin, target.branch) : text);
  return files;
}

type Choice = { written: readonly string[] } | { inTheWay: readonly string[] };

async function choose(
  files: ReadonlyMap<string, string>,
  { folder }: Target,
  { force, service, title, url }: Flags,
  asking: Asking | undefined,
): Promise<Choice> {
  const written: string[] = [];
  const inTheWay: string[] = [];
  for (const [path, text] of files) {
    const there = await readIfThere(join(folder, path));
    if (there === text) continue;
    // Who was asked for a new services.yml has been asked.
    const isAgreed = path === 'services.yml' && asking !== undefined && !service && !title && !url;
    if (there === undefined || force || isAgreed) written.push(path);
    else if (!asking) inTheWay.push(path);
    else if (await asking.yes(`${path} is there and differs. Replace it?`, false)) written.push(path);
  }
  return inTheWay.length > 0 ? { inTheWay } : { written };
}

function nextSteps({ folder, isVedette, branch }: Target, usesGitHub: boolean): string {
  const cli = join(ROOT, 'src/cli.ts');
  const vedette = isVedette ? 'npm run vedette --' : `node ${relative(folder, cli)}`;
  const steps = usesGitHub
    ? [
        `Commit what was written, and push it to ${branch}.`,
        'On GitHub: Settings → Pages → Source: GitHub Actions.',
        `${vedette} doctor    says what is still missing.`,
      ]
    : [
        `${vedette} probe     does a round; let a timer call it.`,
        `${vedette} build     makes the page, in dist/.`,
        `${vedette} doctor    says what is still missing.`,
      ];
  return steps.map((step, index) => `${index + 1}. ${step}\n`).join('');
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
}
