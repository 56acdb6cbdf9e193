/** `vedette explain`: why was this service in trouble then? */
import type { Io, Verb } from '../cli.ts';
import { loadConfig } from '../config/load.ts';
import { formatProblem } from '../config/problems.ts';
import { createExplanation, type Explained, METRICS, type Question } from '../status/explain.ts';
import { utcInstant } from '../units.ts';
import { readObservations } from './observations.ts';

export const explain: Verb = {
  summary: 'say why a service was in trouble, by recorded rounds',
  help: `usage: vedette explain --observations FILE --service ID --since INSTANT [--at INSTANT] [--metric NAME] [--json]

Somebody says that a service was in trouble since an instant. Every service that it needs is judged by the same measure,
by its first two readings from then on against all that came before, and blame runs down the failing dependencies.

  --observations FILE   the rounds, as for vedette replay (- for standard input)
  --service ID          the service that was in trouble
  --since INSTANT       when it began, e.g. 2026-11-20T12:00:00Z
  --at INSTANT          what is newer was not known yet (default the last round)
  --metric NAME         in what it suffers: outcome (default), latency, failures
  --config FILE         what depends on what (default services.yml)
  --json                one JSON object

Exit code: 0 explained, 1 problems in services.yml or in the observations, 2 usage.`,
  options: {
    config: { type: 'string', default: 'services.yml' },
    observations: { type: 'string' },
    service: { type: 'string' },
    since: { type: 'string' },
    at: { type: 'string' },
    metric: { type: 'string', default: 'outcome' },
    json: { type: 'boolean', default: false },
  },
  async run({ config, observations, service, since, at, metric, json }, io) {
    const loaded = await loadConfig(String(config), { kinds: 'opaque', env: io.env });
    if (!loaded.ok) {
      io.stderr.write(`${loaded.problems.map(formatProblem).join('\n')}\n`);
      return 1;
    }
    const question = questionOf({ service, since, at, metric });
    const isKnown = loaded.config.services.some(({ id }) => id === service);
    const problem =
      observations === undefined
        ? '--observations is missing'
        : typeof question === 'string'
          ? question
          : isKnown
            ? undefined
            : `no service is called ${JSON.stringify(service)}`;
    if (problem !== undefined || typeof question === 'string') {
      io.stderr.write(`vedette: ${problem}; see: vedette explain --help\n`);
      return 2;
    }
    const explanation = createExplanation(loaded.config, question);
    for await (const read of readObservations(String(observations))) {
      if ('problem' in read) {
        io.stderr.write(`${read.problem}\n`);
        return 1;
      }
      explanation.take(read.round);
    }
    print(question, explanation.answer(), { io, isJson: json === true });
    return 0;
  },
};

/** A problem in words when the flags ask nothing. */
function questionOf(flags: Record<'service' | 'since' | 'at' | 'metric', unknown>): Question | string {
  const metric = METRICS.find((name) => name === flags.metric);
  if (!metric) return `--metric: expected ${METRICS.join(', ')}, got ${JSON.stringify(flags.metric)}`;
  if (flags.service === undefined) return '--service is missing';
  if (flags.since === undefined) return '--since is missing';
  const [since, at] = [flags.since, flags.at].map((text) =>
    text === undefined ? undefined : utcInstant(String(text)),
  );
  if (since === undefined || Number.isNaN(since) || Number.isNaN(at)) {
    return '--since, --at: expected an instant like 2026-11-20T12:00:00Z';
  }
  return { service: String(flags.service), since, ...(at !== undefined && { at }), metric };
}

function print(
  { service, since }: Question,
  { at, causes }: Explained,
  { io, isJson }: { io: Io; isJson: boolean },
): void {
  const iso = (instant: number): string => new Date(instant).toISOString().replace('.000Z', 'Z');
  if (isJson) {
    const list = causes.map(({ service, share, chain, evidence }) => ({ service, share, chain, evidence }));
    io.stdout.write(`${JSON.stringify({ service, since: iso(since), at: iso(at), causes: list })}\n`);
    return;
  }
  io.stdout.write(`${service} since ${iso(since)}, by what was known at ${iso(at)}:\n`);
  for (const { service: cause, share, chain, evidence } of causes) {
    io.stdout.write(`${`${Math.floor(share * 100)} %`.padStart(6)}  ${cause}: ${evidence}\n`);
    if (chain.length > 1) io.stdout.write(`        ${chain.join(' → ')}\n`);
  }
  if (causes.length === 0) io.stdout.write('        nothing that was observed explains it\n');
}
