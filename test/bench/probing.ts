/** What a probe costs beside the cheapest way that the runtime has, and beside blackbox_exporter when it is installed. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Blackbox, hasBlackbox, startBlackbox } from '../faults/blackbox.ts';
import { certificates, serveHttps } from '../servers.ts';
import { median, run, start } from './child.ts';

const TARGETS = 1000;
/** What probing-round.ts probes before it begins to count. */
const WARM_UP = 100;
const RUNS = 5;
const LABELS = {
  raw: 'raw node sockets',
  http: 'node:http',
  undici: 'undici, a client per probe',
  blackbox: 'blackbox_exporter',
  vedette: 'vedette',
} as const;
type Mode = keyof typeof LABELS;

interface Measured {
  cpuMs: number;
  wallMs: number;
  /** The most there was at once. */
  rssMiB: number;
}

interface Scheme {
  name: string;
  url: string;
  modes: readonly Mode[];
  /** CPU of a probe against blackbox_exporter's, at most. */
  aim: number;
}

const AIM_MIB = 160;

export async function benchProbing(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  const target = start('target.ts', []);
  try {
    const [first] = (await once(target.stdout!, 'data')) as [Buffer];
    const { authority } = await certificates();
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, authority);
    const body = 'x'.repeat(1024);
    await using https = await serveHttps('valid', (_, response) => response.end(body));
    await using blackbox = hasBlackbox ? await startBlackbox(config, authority) : undefined;
    const beside: Mode[] = blackbox ? ['blackbox'] : [];
    if (!blackbox) console.log('\nprometheus-blackbox-exporter is not installed: its rows are missing');
    const http = `http://127.0.0.1:${first.toString().trim()}`;
    const schemes: Scheme[] = [
      { name: 'HTTP', url: http, modes: ['raw', 'http', 'undici', ...beside, 'vedette'], aim: 1 },
      { name: 'HTTPS', url: https.url, modes: ['raw', ...beside, 'vedette'], aim: 1.4 },
    ];
    for (const scheme of schemes) print(scheme, await measure(scheme, caFile, blackbox));
  } finally {
    target.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const config = (caFile: string): string => `
modules:
  web: { prober: http, timeout: 10s, http: { preferred_ip_protocol: ip4, tls_config: { ca_file: ${caFile} } } }
`;

async function measure({ url, modes }: Scheme, caFile: string, blackbox?: Blackbox): Promise<Map<Mode, Measured[]>> {
  const measured = new Map<Mode, Measured[]>(modes.map((mode) => [mode, []]));
  // Taken in turns, so that what else the machine does falls on all of them.
  for (let index = 0; index < RUNS; index += 1) {
    for (const mode of modes) {
      const extra = mode === 'blackbox' ? blackbox!.probeUrl('web', '') : caFile;
      const before = blackbox ? cpuMsOf(blackbox.pid) : 0;
      const own = await run<Measured>('probing-round.ts', [mode, url, String(TARGETS), extra]);
      measured.get(mode)!.push(mode === 'blackbox' ? exporters(own, blackbox!.pid, before) : own);
    }
  }
  return measured;
}

/** The child only asks; the work is done, and measured, in the exporter. */
function exporters({ wallMs }: Measured, pid: number, cpuBefore: number): Measured {
  const cpuMs = ((cpuMsOf(pid) - cpuBefore) * TARGETS) / (TARGETS + WARM_UP);
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { cpuMs, wallMs, rssMiB: Number(peak?.[1]) / 1024 };
}

/** User and system time so far; Linux counts it in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function print({ name, aim }: Scheme, measured: ReadonlyMap<Mode, Measured[]>): void {
  const middle = (mode: Mode, key: keyof Measured): number => median(measured.get(mode)!.map((one) => one[key]));
  console.log(`\nprobing over ${name}: one round of ${TARGETS} loopback targets, 200 at once, median of ${RUNS}`);
  console.log(
    `${'way'.padEnd(28)}${'CPU ms a probe'.padStart(15)}${'probes a second'.padStart(17)}${'CPU ratio'.padStart(11)}${'MiB'.padStart(6)}`,
  );
  for (const mode of measured.keys()) {
    const cells = [
      LABELS[mode].padEnd(28),
      (middle(mode, 'cpuMs') / TARGETS).toFixed(2).padStart(15),
      (TARGETS / (middle(mode, 'wallMs') / 1000)).toFixed(0).padStart(17),
      (middle(mode, 'cpuMs') / middle('raw', 'cpuMs')).toFixed(2).padStart(11),
      middle(mode, 'rssMiB').toFixed(0).padStart(6),
    ];
    console.log(cells.join(''));
  }
  if (measured.has('blackbox')) {
    const ratio = middle('vedette', 'cpuMs') / middle('blackbox', 'cpuMs');
    console.log(`vedette / blackbox_exporter: ${ratio.toFixed(2)} of its CPU, aim at most ${aim.toFixed(1)}`);
  }
  console.log(`vedette: ${middle('vedette', 'rssMiB').toFixed(0)} MiB at most, aim below ${AIM_MIB}`);
}
