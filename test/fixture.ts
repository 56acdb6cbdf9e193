/** A made-up constellation with a seeded past, in a folder; what the site's tests and benches are built from. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { dayOf } from '../src/history/days.ts';
import { encodeRound } from '../src/history/raw.ts';
import type { RecordedObservation } from '../src/model.ts';

export interface FixtureOptions {
  services: number;
  days: number;
  everyMs: number;
  /** The database of the first group is down in the last three rounds, and so is everything above it. */
  outageAtEnd: boolean;
  /** The newest round; a fixed instant when absent. */
  end?: number;
}

export interface Fixture {
  config: string;
  history: string;
  end: number;
}

/** Services stand in groups of ten: nine need the first, which is the group's database. */
const GROUP = 10;

export async function writeFixture(folder: string, options: FixtureOptions): Promise<Fixture> {
  const end = options.end ?? Date.parse('2026-11-20T12:00:00Z');
  const ids = Array.from({ length: options.services }, (_, index) =>
    index % GROUP === 0 ? `database-${index / GROUP + 1}` : `service-${index}`,
  );
  const config = join(folder, 'services.yml');
  const history = join(folder, 'history');
  const services = Object.fromEntries(
    ids.map((id, index) => [
      id,
      {
        description: `Does its part, number ${index}.`,
        group: `Group ${Math.floor(index / GROUP) + 1}`,
        ...(index % GROUP !== 0 && { dependsOn: [ids[index - (index % GROUP)]] }),
        probes: [{ tcp: `127.0.0.1:${1 + (index % 60_000)}` }],
      },
    ]),
  );
  await mkdir(join(history, 'raw'), { recursive: true });
  await mkdir(join(history, 'schema'), { recursive: true });
  await writeFile(
    config,
    stringify({
      page: { title: 'Fixture status', description: 'A made-up constellation.' },
      schedule: { every: '30m' },
      services,
    }),
  );
  await writeHistory(history, ids, options, end);
  return { config, history, end };
}

async function writeHistory(
  history: string,
  ids: readonly string[],
  { days, everyMs, outageAtEnd }: FixtureOptions,
  end: number,
): Promise<void> {
  const random = seeded(7);
  const linesByDay = new Map<string, string[]>();
  const rounds = Math.floor((days * 86_400_000) / everyMs);
  for (let index = 0; index < rounds; index += 1) {
    const at = end - (rounds - 1 - index) * everyMs;
    const isOutage = outageAtEnd && index >= rounds - 3;
    const observations = ids.map((service, position): RecordedObservation => {
      const isDown = (isOutage && position < GROUP) || random() < 0.0005;
      const failure = { outcome: 'down', reason: 'refused', phase: 'connect' } as const;
      return {
        service,
        probe: 'tcp',
        attempts: 1,
        ...(isDown ? failure : { outcome: 'up', latencyMs: 20 + random() * 60 }),
      };
    });
    const { line, schema } = encodeRound({ id: `${index}.1.local`, at, location: 'local', observations });
    if (index === 0) await writeFile(join(history, 'schema', `${schema.name}.json`), schema.text);
    const day = dayOf(at);
    linesByDay.set(day, [...(linesByDay.get(day) ?? []), line]);
  }
  for (const [day, lines] of linesByDay)
    await writeFile(join(history, 'raw', `${day}.ndjson`), `${lines.join('\n')}\n`);
}

/** mulberry32: the same numbers everywhere, so that a failing build can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
