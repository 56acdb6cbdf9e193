/** Commits made of parts, on an index of our own: neither the work tree nor the index nor HEAD of the clone is touched. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, gitBytes, runGit } from './git.ts';
import type { Repository } from './repository.ts';
import type { Tree } from './tree.ts';

export interface Author {
  name: string;
  email: string;
}

export interface Signed {
  message: string;
  author?: Author | undefined;
}

/** Content by path inside the history: an id, or undefined to take the file away. */
export type Changes = ReadonlyMap<string, string | undefined>;

const NOBODY: Author = { name: 'Vedette', email: 'vedette@localhost' };
const ATTRIBUTES = (path: string): string => `${path}/** -text merge=binary linguist-generated\n`;

/** Latin1 texts → the ids of their content, byte for byte, whatever filters are set up. */
export async function writeBlobs(
  { place }: Repository,
  scratch: string,
  texts: readonly string[],
): Promise<readonly string[]> {
  if (texts.length === 0) return [];
  const files = texts.map((_, index) => join(scratch, `content-${index}`));
  for (const [index, file] of files.entries()) await writeFile(file, texts[index]!, 'latin1');
  const ids = await git(place, ['hash-object', '-w', '--no-filters', '--stdin-paths'], {
    input: Buffer.from(files.map((file) => `${file}\n`).join('')).toString('latin1'),
  });
  for (const file of files) await rm(file, { force: true });
  return ids.split('\n');
}

/** The tip with some files of its history changed; without a tip, the first commit of a branch. */
export async function commitOnTip(
  repository: Repository,
  scratch: string,
  { tip, changes, ...signed }: { tip: string | undefined; changes: Changes } & Signed,
): Promise<string> {
  const { path, ownBranch } = repository;
  const entries = new Map([...changes].map(([inside, id]) => [`${path}/${inside}`, id]));
  if (ownBranch && tip === undefined) {
    const [attributes] = await writeBlobs(repository, scratch, [ATTRIBUTES(path)]);
    entries.set('.gitattributes', attributes);
  }
  const tree = await writeTree(repository, scratch, tip, entries);
  return commitTree(repository, [tree, ...(tip === undefined ? [] : ['-p', tip])], signed);
}

/** The same files without a past. */
export function commitAsRoot(repository: Repository, tip: string, signed: Signed): Promise<string> {
  return commitTree(repository, [`${tip}^{tree}`], signed);
}

/** A commit that nobody but this clone sees, for git to keep these files. */
export async function commitOfFolder(repository: Repository, scratch: string, files: Tree): Promise<string> {
  const { path } = repository;
  const entries = new Map([...files].map(([inside, id]) => [`${path}/${inside}`, id]));
  const tree = await writeTree(repository, scratch, undefined, entries);
  return commitTree(repository, [tree], { message: 'The folder as it was published', author: NOBODY });
}

async function writeTree(
  { place, hash }: Repository,
  scratch: string,
  start: string | undefined,
  entries: ReadonlyMap<string, string | undefined>,
): Promise<string> {
  const options = { env: { GIT_INDEX_FILE: join(scratch, 'index') } };
  await gitBytes(place, ['read-tree', start ?? '--empty'], options);
  const nothing = '0'.repeat(hash === 'sha1' ? 40 : 64);
  const lines = [...entries].map(([path, id]) =>
    id === undefined ? `0 ${nothing}\t${path}\0` : `100644 ${id}\t${path}\0`,
  );
  await gitBytes(place, ['update-index', '-z', '--index-info'], { ...options, input: utf8(lines.join('')) });
  return git(place, ['write-tree'], options);
}

/** In the name of whom git knows, else in ours: a machine without a name must not keep history from being kept. */
async function commitTree(
  { place }: Repository,
  args: readonly string[],
  { message, author }: Signed,
): Promise<string> {
  const input = asMessage(message);
  const command = ['commit-tree', '--no-gpg-sign', ...args];
  if (author) return git(place, command, { input, env: signedBy(author) });
  const { code, stdout } = await runGit(place, command, { input });
  return code === 0 ? stdout.toString('latin1').trim() : git(place, command, { input, env: signedBy(NOBODY) });
}

function signedBy({ name, email }: Author): Record<string, string> {
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

function asMessage(text: string): string {
  return utf8(`${text.trimEnd()}\n`);
}

/** What goes to git goes as bytes. */
function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}
