/** What building a page costs beside template literals over the same history. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { writeFixture } from '../fixture.ts';
import { median, run } from './child.ts';

const SIZES = [20, 200] as const;
const RUNS = 3;
const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export async function benchSite(): Promise<void> {
  console.log(`\nsite: build of home and one page a service, 90 days of history every 30 min, median of ${RUNS}`);
  console.log(
    `${'services'.padEnd(10)}${'vedette s'.padStart(10)}${'template s'.padStart(12)}${'difference'.padStart(12)}${'ms a page'.padStart(11)}${'home kB gz'.padStart(12)}${'elements'.padStart(10)}${'script B gz'.padStart(13)}${'css B gz'.padStart(10)}`,
  );
  for (const size of SIZES) {
    const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
    try {
      console.log(await measure(size, folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function measure(services: number, folder: string): Promise<string> {
  const { config, history, end } = await writeFixture(folder, {
    services,
    days: 90,
    everyMs: 1_800_000,
    outageAtEnd: true,
  });
  const out = join(folder, 'out');
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let index = 0; index < RUNS; index += 1) {
    const startedAt = performance.now();
    execFileSync(process.execPath, [CLI, 'build', '--config', config, '--history', history, '--out', out], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, VEDETTE_NOW: String(end) },
    });
    ours.push(performance.now() - startedAt);
    const plain = await run<{ wallMs: number }>('template.ts', [history, join(folder, 'plain')]);
    theirs.push(plain.wallMs);
  }
  const home = readFileSync(join(out, 'index.html'));
  const elements = home.toString().match(/<[a-z]/g)?.length ?? 0;
  const [a, b] = [median(ours), median(theirs)];
  return [
    String(services).padEnd(10),
    (a / 1000).toFixed(2).padStart(10),
    (b / 1000).toFixed(2).padStart(12),
    `+${((a - b) / 1000).toFixed(2)}`.padStart(12),
    (a / (services + 1)).toFixed(1).padStart(11),
    (gzipSync(home).length / 1000).toFixed(1).padStart(12),
    String(elements).padStart(10),
    String(sizeOf(out, '.js')).padStart(13),
    String(sizeOf(out, '.css')).padStart(10),
  ].join('');
}

/** Of all such files together, compressed. */
function sizeOf(out: string, ending: string): number {
  const files = readdirSync(join(out, 'assets')).filter((name) => name.endsWith(ending));
  return files.reduce((sum, name) => sum + gzipSync(readFileSync(join(out, 'assets', name))).length, 0);
}
