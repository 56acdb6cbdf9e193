/** The table of docs on architecture, kept: who may import whom. When a rule is in the way, change it here and say why. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

interface Layer {
  /** Beginnings of paths. */
  files: readonly string[];
  /** Layers of ours beside itself; `type:` before one whose types only may be imported. */
  ours: readonly string[];
  packages: readonly string[] | 'any';
  node: readonly string[] | 'any';
}

const NETWORK = [
  'node:dgram',
  'node:dns',
  'node:dns/promises',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:tls',
];
const ALL_BUT_THE_SITE = [
  'model',
  'units',
  'messages',
  'calendar',
  'config',
  'graph',
  'load',
  'probing',
  'probes',
  'history',
  'status',
  'events',
  'incidents',
  'notices',
  'effects',
  'round',
  'verbs',
  'demo',
];

const LAYERS: Readonly<Record<string, Layer>> = {
  model: { files: ['src/model.ts'], ours: [], packages: ['zod'], node: [] },
  units: { files: ['src/units.ts'], ours: [], packages: ['zod'], node: [] },
  // What is said to people, in every language: asked by all who make sentences, and pure.
  messages: { files: ['src/messages/'], ours: ['type:model', 'units'], packages: [], node: [] },
  // Pure, and asked by all who must know whether a failure is expected; the library only works out rules.
  calendar: { files: ['src/calendar/'], ours: ['model'], packages: ['rrule-temporal'], node: [] },
  // Pure, and asked for by all who follow edges.
  graph: { files: ['src/config/graph.ts'], ours: ['type:config'], packages: [], node: [] },
  load: {
    files: ['src/config/load.ts', 'src/config/load-brand.ts'],
    ours: ['config'],
    packages: [],
    node: ['node:fs/promises', 'node:path'],
  },
  config: {
    files: ['src/config/'],
    // Which languages there are.
    ours: ['model', 'units', 'calendar', 'messages'],
    packages: ['zod', 'yaml', 'fastest-levenshtein'],
    node: [],
  },
  probing: { files: ['src/probing/'], ours: ['model', 'units'], packages: 'any', node: 'any' },
  probes: { files: ['probes/'], ours: ['probing', 'units', 'type:model'], packages: ['zod', 're2js'], node: NETWORK },
  history: { files: ['src/history/'], ours: ['model', 'units', 'events'], packages: ['zod'], node: 'any' },
  status: {
    files: ['src/status/'],
    ours: ['model', 'units', 'messages', 'calendar', 'type:config', 'graph'],
    packages: [],
    node: [],
  },
  // The shape of what stands in the history, which both who writes it and who decides it need.
  events: {
    files: [
      'src/incidents/event.ts',
      'src/incidents/maintenance-event.ts',
      'src/incidents/delivery-event.ts',
      'src/incidents/github-event.ts',
    ],
    // A time zone is known or it is none.
    ours: ['model', 'calendar'],
    packages: ['zod'],
    node: [],
  },
  incidents: {
    files: ['src/incidents/'],
    ours: ['model', 'units', 'messages', 'calendar', 'type:config', 'graph', 'status', 'events'],
    packages: [],
    node: [],
  },
  // What is to be told, to whom, in which words: decided before anything is sent.
  notices: {
    files: ['src/notices/'],
    ours: ['model', 'units', 'type:config', 'status', 'events', 'incidents'],
    packages: [],
    node: [],
  },
  // What is to be said, and what was heard, is decided in notices and incidents; here it is done. Where the history lies
  // they do not know; they are handed what they may read and write of it.
  effects: {
    files: ['src/effects/'],
    ours: ['model', 'units', 'type:config', 'events', 'incidents', 'notices', 'type:status'],
    // Each kind of channel parses its own settings, and mail is a protocol of its own.
    packages: ['@octokit/core', '@octokit/plugin-retry', '@octokit/plugin-throttling', 'zod', 'nodemailer'],
    node: 'any',
  },
  // The parts of the site that touch files: what was laid out once need not be again, documents are no pages, and what
  // was bundled has hashes.
  'site files': {
    files: ['src/site/layout-cache.ts', 'src/site/documents/write.ts', 'src/site/integrity.ts'],
    ours: ['type:site'],
    packages: [],
    node: ['node:crypto', 'node:fs/promises', 'node:path'],
  },
  site: {
    files: ['src/site/'],
    ours: [
      'model',
      'units',
      'messages',
      'calendar',
      'config',
      'graph',
      'load',
      'history',
      'status',
      'events',
      'incidents',
      'site files',
    ],
    // zod says what our documents look like, and publishes it.
    packages: ['micromark', 'zod', '@hpcc-js/wasm-graphviz', 'sharp'],
    node: ['node:path', 'node:crypto'],
  },
  pages: {
    files: ['src/pages/', 'src/components/', 'src/layouts/'],
    ours: ['site', 'site files', 'client'],
    // The schema of services.yml is a file, since the site knows no kinds of probes, and is published as it is.
    packages: ['astro', 'services.schema.json'],
    node: [],
  },
  // Runs in the visitor's browser.
  client: { files: ['src/client/'], ours: [], packages: [], node: [] },
  round: {
    files: ['src/round.ts', 'src/round/'],
    ours: ALL_BUT_THE_SITE,
    packages: [],
    node: ['node:crypto', 'node:timers/promises'],
  },
  verbs: { files: ['src/verbs/', 'src/cli.ts'], ours: ALL_BUT_THE_SITE, packages: 'any', node: 'any' },
  demo: { files: ['src/demo/'], ours: ALL_BUT_THE_SITE, packages: 'any', node: 'any' },
  setup: { files: ['src/setup.mjs'], ours: [], packages: [], node: 'any' },
};

interface Import {
  from: string;
  /** A path from the root, a package, or `node:…`. */
  what: string;
  isTypeOnly: boolean;
}

const files = ['src', 'probes'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
    join(folder, file).replaceAll('\\', '/'),
  ),
);
const sources = files.filter((file) => /\.(ts|mjs|astro)$/.test(file));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

function layerOf(path: string): string | undefined {
  return Object.keys(LAYERS).find((name) => LAYERS[name]!.files.some((beginning) => path.startsWith(beginning)));
}

function importsOf(file: string): Import[] {
  // Of an Astro component the imports stand between the fences.
  const text = file.endsWith('.astro') ? (/^---\n(.*?)\n---/s.exec(read(file))?.[1] ?? '') : read(file);
  const result: Import[] = [];
  const add = (specifier: ts.Expression | undefined, isTypeOnly: boolean): void => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const path = specifier.text.replace(/\?.*$/, '');
    const isOurs = path.startsWith('.');
    result.push({
      from: file,
      what: isOurs ? relative(ROOT, join(ROOT, dirname(file), path)).replaceAll('\\', '/') : path,
      isTypeOnly,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypes(node.importClause));
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return result;
}

function isTypes(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  return (
    !clause.name &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.every((element) => element.isTypeOnly)
  );
}

function isAllowed({ from, what, isTypeOnly }: Import): boolean {
  const name = layerOf(from)!;
  const { ours, packages, node } = LAYERS[name]!;
  if (what.startsWith('node:')) return node === 'any' || node.includes(what);
  if (/^(src|probes)\//.test(what)) {
    const target = layerOf(what);
    if (target === name) return true;
    // The parts of config know each other.
    if (['graph', 'load'].includes(target ?? '') && name === 'config') return true;
    return ours.includes(target ?? '') || (isTypeOnly && ours.includes(`type:${target}`));
  }
  const bare = what
    .split('/')
    .slice(0, what.startsWith('@') ? 2 : 1)
    .join('/')
    .replace(/^astro:.*/, 'astro');
  return packages === 'any' || packages.includes(bare);
}

test('every file belongs to a layer', () => {
  expect(sources.length).toBeGreaterThan(40);
  expect(sources.filter((file) => layerOf(file) === undefined)).toEqual([]);
});

describe.each(Object.keys(LAYERS))('%s', (layer) => {
  const own = sources.filter((file) => layerOf(file) === layer);

  test('imports only what it may', () => {
    const wrong = own.flatMap(importsOf).filter((found) => !isAllowed(found));
    expect(
      wrong.map(({ from, what, isTypeOnly }) => `${from} imports ${isTypeOnly ? 'types of ' : ''}${what}`),
    ).toEqual([]);
  });
});

test('the imports are really read', () => {
  expect(importsOf('src/status/location.ts')).toContainEqual({
    from: 'src/status/location.ts',
    what: 'src/config/config.ts',
    isTypeOnly: true,
  });
  expect(importsOf('src/config/load.ts')).toContainEqual({
    from: 'src/config/load.ts',
    what: 'node:fs/promises',
    isTypeOnly: false,
  });
  expect(importsOf('src/verbs/build.ts')).toContainEqual({
    from: 'src/verbs/build.ts',
    what: 'astro',
    isTypeOnly: false,
  });
  expect(importsOf('src/pages/index.astro').length).toBeGreaterThan(1);
  expect(isAllowed({ from: 'src/status/timeline.ts', what: 'src/config/config.ts', isTypeOnly: false })).toBe(false);
});

test('kinds of probes do not import each other', () => {
  const wrong = sources
    .filter((file) => file.startsWith('probes/'))
    .flatMap(importsOf)
    .filter(({ what }) => what.startsWith('probes/'));
  expect(wrong).toEqual([]);
});

test('what decides has no clock, no chance, no environment and no voice', () => {
  const words =
    /\b(Date\.now|new Date\(\)|performance\.|Math\.random|crypto\.|process\b|console\.|globalThis|setTimeout|setInterval|fetch\()/;
  const pure = sources.filter((file) =>
    /^src\/(model|units|messages\/|calendar\/|status\/|incidents\/|notices\/|config\/(?!load))/.test(file),
  );
  const found = pure.flatMap((file) =>
    code(file).flatMap((line, index) => (words.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
  );
  expect([pure.length > 10, found]).toEqual([true, []]);
});

/** Lines without comments, so that prose may speak of a process. */
function code(file: string): string[] {
  return read(file)
    .replaceAll(/\/\*.*?\*\//gs, (comment) => comment.replaceAll(/[^\n]/g, ''))
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/.*$/, ''));
}

/** A catalogue is a list, and whoever adds a language adds one file. */
const CATALOGUES = /^src\/messages\/[a-z]{2}\.ts$/;

test('no file has more than 400 lines', () => {
  const limited = sources.filter((file) => !CATALOGUES.test(file));
  const long = limited.map((file) => [file, read(file).split('\n').length] as const).filter(([, lines]) => lines > 400);
  expect(long).toEqual([]);
});

test('a kind of probe begins with its manual, an example in YAML included', () => {
  const kinds = sources.filter((file) => file.startsWith('probes/'));
  const bare = kinds.filter((file) => !/^\/\*\*.*?```yaml.*?\*\//s.test(read(file)));
  expect([kinds.length > 0, bare]).toEqual([true, []]);
});

test('a kind of probe has its tests in a file of the same name', () => {
  const kinds = sources
    .filter((file) => file.startsWith('probes/'))
    .map((file) => file.replace(/^probes\/(.*)\.ts$/, 'test/probes/$1.test.ts'));
  expect(kinds.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
