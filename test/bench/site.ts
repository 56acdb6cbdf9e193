/** What the page weighs and what building it costs, beside its budgets. One that is exceeded fails the command. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUDGETS } from '../budgets.ts';
import { type Fixture, writeFixture } from '../fixture.ts';
import { median, run } from './child.ts';

const SIZES = [20, 200, 500, 1000] as const;
const LARGEST = 1000;
const RUNS = 3;
/** At the largest size a build may take so many times as long as a plain template generator, and so many seconds more. */
const MOST_TIMES = 3;
const MOST_MORE_S = 3;

interface Costs {
  files: number;
  oursS: number;
  plainS: number;
  /** Of which it spent so much on reading the history and making the view model, as ours does. */
  readS: number;
  cpuS: number;
  peakBytes: number;
}

interface Plain {
  files: number;
  readS: number;
}

export async function benchSite(): Promise<void> {
  console.log(
    `\nsite: building from 90 days of history every 30 min; median of ${RUNS}, in turns with plain templates`,
  );
  print(['services', 'files', 'vedette s', 'template s', 'reading s', 'ms a file', 'cpu s', 'peak MB']);
  const verdicts: (readonly [what: string, services: number, most: string, found: string, fits: boolean])[] = [];
  for (const services of SIZES) {
    const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
    try {
      const fixture = await writeFixture(folder, { services, days: 90, everyMs: 1_800_000, outageAtEnd: true });
      const { files, oursS, plainS, readS, cpuS, peakBytes } = await build(folder, fixture);
      const numbers = [oursS, plainS, readS, (oursS * 1000) / files, cpuS].map((number) => number.toFixed(2));
      print([services, files, ...numbers, Math.round(peakBytes / 1e6)]);
      for (const budget of BUDGETS.filter((each) => each.services === services)) {
        const found = budget.found(join(folder, 'out'));
        verdicts.push([budget.what, services, String(budget.most), String(found), found <= budget.most]);
      }
      if (services !== LARGEST) continue;
      const mostS = MOST_TIMES * plainS + MOST_MORE_S;
      const rule = `${mostS.toFixed(2)} (${MOST_TIMES} × ${plainS.toFixed(2)} + ${MOST_MORE_S})`;
      verdicts.push(['build, s', services, rule, oursS.toFixed(2), oursS <= mostS]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  console.log('\nsite: budgets, bytes compressed');
  for (const [what, services, most, found, fits] of verdicts) {
    const name = `${what}, ${services} services`.padEnd(34);
    console.log(`${name}${found.padStart(8)}  of ${most}${fits ? '' : '  EXCEEDED'}`);
  }
  const exceeded = verdicts.filter(([, , , , fits]) => !fits).length;
  if (exceeded === 0) return;
  console.log(`${exceeded} of ${verdicts.length} budgets exceeded`);
  process.exitCode = 1;
}

/** Every build is a first one: its folder is not there, and no diagram was laid out before. */
async function build(folder: string, { config, history, end }: Fixture): Promise<Costs> {
  const [out, plain] = [join(folder, 'out'), join(folder, 'plain')];
  const measured: { oursS: number; plainS: number; readS: number; cpuMs: number; peakBytes: number }[] = [];
  for (let index = 0; index < RUNS; index += 1) {
    for (const made of [out, plain]) rmSync(made, { recursive: true, force: true });
    // Layouts are remembered by the name of the configuration.
    const own = join(folder, `services-${index}.yml`);
    cpSync(config, own);
    const env = { VEDETTE_NOW: String(end), VEDETTE_CONFIG: own, VEDETTE_HISTORY: history };
    const [oursS, ours] = await timed(() =>
      run<{ cpuMs: number; peakBytes: number }>('site-build.ts', [own, history, out], env),
    );
    const [plainS, { files, readS }] = await timed(() => run<Plain>('template.ts', [plain], env));
    requireAsMany(out, files);
    measured.push({ oursS, plainS, readS, ...ours });
  }
  return {
    files: filesIn(plain),
    oursS: median(measured.map(({ oursS }) => oursS)),
    plainS: median(measured.map(({ plainS }) => plainS)),
    readS: median(measured.map(({ readS }) => readS)),
    cpuS: median(measured.map(({ cpuMs }) => cpuMs)) / 1000,
    peakBytes: Math.max(...measured.map(({ peakBytes }) => peakBytes)),
  };
}

/** Ours has a dozen more: script, styles, icons, files for hosts. */
function requireAsMany(out: string, files: number): void {
  const ours = filesIn(out);
  if (ours < files || ours > files + 20) throw new Error(`the baseline writes ${files} files, vedette ${ours}`);
}

function filesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

async function timed<T>(work: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const startedAt = performance.now();
  const result = await work();
  return [(performance.now() - startedAt) / 1000, result];
}

function print(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padStart(12)).join(''));
}
