/** What a replay takes for each observation, part by part, beside JSON.parse of the same lines. */
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/load.ts';
import { observedLine } from '../../src/history/observed.ts';
import { createLifecycle } from '../../src/incidents/lifecycle.ts';
import { createReplay } from '../../src/status/replay.ts';
import { jsonOutput } from '../../src/verbs/replay-output.ts';
import { seeded } from '../fixture.ts';

const SIZES = [
  [100, 2000],
  [5000, 100],
] as const;
/** The first service of each group is what the others need. */
const GROUP = 10;

export async function benchReplay(): Promise<void> {
  console.log('\nreplay: µs an observation');
  console.log(
    ['services', 'rounds', 'JSON.parse', 'read', 'answer', 'incidents', 'print']
      .map((title) => title.padStart(11))
      .join(''),
  );
  for (const [services, rounds] of SIZES) console.log(measure(services, rounds));
}

function measure(services: number, rounds: number): string {
  const ids = Array.from({ length: services }, (_, index) => `service-${index}`);
  const replaying = createReplay(configOf(ids));
  const output = jsonOutput();
  const lifecycle = createLifecycle();
  const spent = { parse: 0, read: 0, answer: 0, incidents: 0, print: 0 };
  const timed = <T>(part: keyof typeof spent, work: () => T): T => {
    const startedAt = performance.now();
    const result = work();
    spent[part] += performance.now() - startedAt;
    return result;
  };
  for (const line of linesOf(ids, rounds)) {
    timed('parse', () => JSON.parse(line) as unknown);
    const read = timed('read', () => observedLine(line));
    if ('problem' in read) throw new Error(read.problem);
    const answer = timed('answer', () => replaying.answer(read.round));
    const gapMs = 300_000;
    const events = timed('incidents', () => lifecycle.advance({ ...answer, gapMs, graph: replaying.graph }));
    timed('print', () => output.round(answer, events));
  }
  const figures = Object.values(spent).map((ms) => ((ms * 1000) / (services * rounds)).toFixed(2));
  return [services, rounds, ...figures].map((figure) => String(figure).padStart(11)).join('');
}

function configOf(ids: readonly string[]): Parameters<typeof createReplay>[0] {
  const services = Object.fromEntries(
    ids.map((id, index) => [
      id,
      {
        ...(index % GROUP !== 0 && { dependsOn: [ids[index - (index % GROUP)]] }),
        probes: [{ tcp: 'x:1' }],
      },
    ]),
  );
  const result = parseConfig('services.yml', stringify({ services }), { kinds: 'opaque', env: {} });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  return result.config;
}

/** The first group fails in the last ten of every hundred rounds, and anything now and then. */
function* linesOf(ids: readonly string[], rounds: number): Generator<string> {
  const random = seeded(7);
  for (let index = 0; index < rounds; index += 1) {
    const observations = ids.map((service, position) => {
      const isDown = (index % 100 >= 90 && position < GROUP) || random() < 0.0005;
      return isDown
        ? { service, outcome: 'down', reason: 'refused' }
        : { service, outcome: 'up', latencyMs: 20 + Math.round(random() * 60) };
    });
    yield JSON.stringify({ at: new Date(1_763_640_000_000 + index * 300_000).toISOString(), observations });
  }
}
