/** What a probe costs beside the cheapest way that the runtime has. */
import { once } from 'node:events';
import { median, run, start } from './child.ts';

const TARGETS = 1000;
const RUNS = 5;
const MODES = ['raw', 'http', 'undici', 'vedette'] as const;
const LABELS = { raw: 'raw node sockets', http: 'node:http', undici: 'undici, a client per probe', vedette: 'vedette' };

interface Measured {
  cpuMs: number;
  wallMs: number;
  rssMiB: number;
}

export async function benchProbing(): Promise<void> {
  const target = start('target.ts', []);
  const [first] = (await once(target.stdout!, 'data')) as [Buffer];
  const port = first.toString().trim();
  const measured = new Map<string, Measured[]>(MODES.map((mode) => [mode, []]));
  try {
    // Taken in turns, so that what else the machine does falls on all of them.
    for (let index = 0; index < RUNS; index += 1) {
      for (const mode of MODES)
        measured.get(mode)!.push(await run<Measured>('probing-round.ts', [mode, port, String(TARGETS)]));
    }
  } finally {
    target.kill();
  }
  const cpuOf = (mode: string): number => median(measured.get(mode)!.map(({ cpuMs }) => cpuMs));
  console.log(`\nprobing: one round of ${TARGETS} loopback targets, 200 at once, median of ${RUNS}`);
  console.log(
    `${'way'.padEnd(28)}${'CPU ms a probe'.padStart(15)}${'probes a second'.padStart(17)}${'CPU ratio'.padStart(11)}${'MiB'.padStart(6)}`,
  );
  for (const mode of MODES) {
    const runs = measured.get(mode)!;
    const perSecond = TARGETS / (median(runs.map(({ wallMs }) => wallMs)) / 1000);
    const cells = [
      LABELS[mode].padEnd(28),
      (cpuOf(mode) / TARGETS).toFixed(2).padStart(15),
      perSecond.toFixed(0).padStart(17),
      (cpuOf(mode) / cpuOf('raw')).toFixed(2).padStart(11),
      median(runs.map(({ rssMiB }) => rssMiB))
        .toFixed(0)
        .padStart(6),
    ];
    console.log(cells.join(''));
  }
}
