/** How large a year of history gets in git, beside what it cannot be smaller than, and what reading and adding to it cost. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compact, KEEP, rawPath } from '../../src/history/compact.ts';
import { dayOf } from '../../src/history/days.ts';
import type { HistoryFiles } from '../../src/history/folder.ts';
import { encodeRound } from '../../src/history/raw.ts';
import { appendTo } from '../../src/history/store.ts';
import type { RecordedRound } from '../../src/model.ts';
import { median, run } from './child.ts';
import { roundsOf, type World } from './history-world.ts';

const YEAR: World = {
  probes: 100,
  days: Number(process.env.BENCH_DAYS ?? 365),
  everyMs: 300_000,
  startsAt: Date.parse('2025-11-20T00:00:00Z'),
  seed: 1,
  // What numbers cost: BENCH_MEASURED=1 gives every probe one, and a version.
  ...(process.env.BENCH_MEASURED && { measuredEvery: Number(process.env.BENCH_MEASURED) }),
};
/** Of the page: many probes, three months. */
const WIDE = { probes: 1000, days: 90 };
const RUNS = 5;

export async function benchHistory(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  try {
    await benchGit(join(folder, 'year'));
    await benchLoading(join(folder, 'wide'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchGit(folder: string): Promise<void> {
  const repository = join(folder, 'repository.git');
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', repository);
  const importing = fastImport(repository);
  const { files, changes } = inMemory();
  const floor = floorOf(YEAR.probes);
  let rounds = 0;
  for (const round of roundsOf(YEAR)) {
    await appendTo(files, round, { probes: [], keep: KEEP });
    await importing.commit(changes(), round.at);
    floor.add(round);
    rounds += 1;
  }
  await importing.end();
  git(repository, 'repack', '-adfq');
  const probes = rounds * YEAR.probes;
  const bytes = sizeOf(join(repository, 'objects'));
  const cloning = Array.from({ length: 3 }, (_, index) =>
    timed(() => git(folder, 'clone', '--quiet', '--depth=1', `file://${repository}`, join(folder, `clone-${index}`))),
  );
  const clone = join(folder, 'clone-0');
  // A remote each, so that neither has to catch up with the other.
  const plain = join(folder, 'clone-1');
  git(folder, 'clone', '--quiet', '--bare', repository, join(folder, 'other.git'));
  git(plain, 'remote', 'set-url', 'origin', `file://${join(folder, 'other.git')}`);
  console.log(`\nhistory: ${YEAR.probes} probes every 5 min for ${YEAR.days} days, ${rounds} commits`);
  row('bytes a probe in git', bytes / probes, 8);
  row('  beside it, the entropy of the numbers', floor.bytes() / probes);
  row('MB of .git, all of it', bytes / 1e6);
  row('MB of .git, cloned at depth 1', sizeOf(join(clone, '.git')) / 1e6);
  row('s to clone at depth 1', median(cloning) / 1000);
  const { publishMs, plainMs } = await run<Publishing>('history-publish.ts', [clone, plain, JSON.stringify(YEAR)]);
  row('s to add, commit and push a round', median(publishMs) / 1000, 0.1, 3);
  row('  beside it, git add, commit, push', median(plainMs) / 1000, undefined, 3);
}

interface Publishing {
  publishMs: number[];
  plainMs: number[];
}

async function benchLoading(folder: string): Promise<void> {
  const { files, all } = inMemory();
  const texts = new Map<string, string[]>();
  let end = 0;
  for (const round of roundsOf({ ...YEAR, ...WIDE })) {
    const { line, schema } = encodeRound(round);
    all.set(`schema/${schema.name}.json`, schema.text);
    const path = rawPath(dayOf(round.at));
    texts.set(path, [...(texts.get(path) ?? []), line]);
    end = round.at;
  }
  for (const [path, lines] of texts) all.set(path, lines.map((line) => `${line}\n`).join(''));
  await compact(files, end);
  for (const [path, text] of all) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, 'latin1');
  }
  const measured: { loadMs: number; parseMs: number }[] = [];
  for (let index = 0; index < RUNS; index += 1) measured.push(await run('history-load.ts', [folder]));
  console.log(`\nhistory: loading ${WIDE.probes} probes of ${WIDE.days} days, median of ${RUNS}`);
  row('s to load what a page needs', median(measured.map(({ loadMs }) => loadMs)) / 1000, 0.5, 3);
  row('  beside it, JSON.parse of the same lines', median(measured.map(({ parseMs }) => parseMs)) / 1000, undefined, 3);
}

/** What no coding of the same numbers can be smaller than, by a model that learns each probe's latencies as they come. */
function floorOf(probes: number): { add(round: RecordedRound): void; bytes(): number } {
  const models = Array.from({ length: probes }, () => ({ mean: Number.NaN, slow: 0, variance: 0.09 }));
  let bits = 0;
  return {
    add({ observations }) {
      for (const [index, { latencyMs, outcome }] of observations.entries()) {
        // A state that lasts costs next to nothing, one that changes about eleven bits.
        bits += outcome === 'up' ? 0.01 : 3;
        if (latencyMs === undefined) continue;
        const model = models[index]!;
        const value = Math.log(latencyMs);
        if (Number.isNaN(model.mean)) Object.assign(model, { mean: value, slow: value });
        const expected = (model.mean + model.slow) / 2;
        const deviation = Math.sqrt(model.variance);
        const below = (ms: number): number => normalBelow((Math.log(ms) - expected) / deviation);
        const likely = below(latencyMs + 0.5) - below(Math.max(0.5, latencyMs - 0.5));
        // One in seventy comes from the tail.
        bits -= Math.log2(0.985 * likely + (0.015 / 6) * (1 / latencyMs));
        const error = value - expected;
        if (Math.abs(error) < 4 * deviation) model.variance += 0.01 * (error ** 2 - model.variance);
        model.mean += 0.15 * (value - model.mean);
        model.slow += 0.01 * (value - model.slow);
      }
    },
    bytes: () => bits / 8,
  };
}

/** Logistic approximation of the normal distribution, within 0.0002. */
function normalBelow(x: number): number {
  return 1 / (1 + Math.exp(-(0.07056 * x ** 3 + 1.5976 * x)));
}

interface Memory {
  files: HistoryFiles;
  all: Map<string, string>;
  /** What was written since this was last asked; undefined for what was deleted. */
  changes(): Map<string, string | undefined>;
}

function inMemory(): Memory {
  const all = new Map<string, string>();
  let changed = new Map<string, string | undefined>();
  return {
    all,
    changes() {
      const since = changed;
      changed = new Map();
      return since;
    },
    files: {
      names: async (kind) =>
        [...all.keys()].flatMap((path) => (path.startsWith(`${kind}/`) ? [path.slice(kind.length + 1)] : [])).sort(),
      read: async (path) => all.get(path),
      async write(path, text) {
        if (text === undefined) all.delete(path);
        else all.set(path, text);
        changed.set(path, text);
      },
    },
  };
}

interface Import {
  commit(changes: ReadonlyMap<string, string | undefined>, at: number): Promise<void>;
  end(): Promise<void>;
}

/** Real commits without a process each. */
function fastImport(repository: string): Import {
  const importing = spawn('git', ['-C', repository, 'fast-import', '--quiet', '--depth=50'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const who = 'Vedette <vedette@localhost>';
  return {
    async commit(changes, at) {
      const parts = [
        `commit refs/heads/main\ncommitter ${who} ${Math.floor(at / 1000)} +0000\ndata 14\nRecord a round\n`,
      ];
      for (const [path, text] of changes) {
        if (text === undefined) parts.push(`D history/${path}\n`);
        else parts.push(`M 100644 inline history/${path}\ndata ${text.length}\n${text}\n`);
      }
      if (!importing.stdin.write(parts.join(''), 'latin1')) await once(importing.stdin, 'drain');
    },
    async end() {
      importing.stdin.end();
      const [code] = (await once(importing, 'close')) as [number | null];
      if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
    },
  };
}

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function sizeOf(path: string): number {
  const info = statSync(path);
  if (!info.isDirectory()) return info.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function row(label: string, value: number, aim?: number, digits = 2): void {
  console.log(
    `  ${label.padEnd(52)}${value.toFixed(digits).padStart(9)}${aim === undefined ? '' : `   aim at most ${aim}`}`,
  );
}
