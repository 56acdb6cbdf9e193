/**
 * A domain's registration does not end soon, says its registry (RDAP).
 *
 * ```yaml
 * probes:
 *   - domain: example.org
 *   - domain: { name: example.org, expiresWithin: 60d }
 *   - domain:
 *       name: example.org
 *       expiresWithin: { degraded: 60d, down: 7d }
 *       server: https://rdap.publicinterestregistry.org/rdap
 * ```
 *
 * Degraded when the registration ends within 30 days, down when it has ended, when the registry is about to delete it or
 * knows no such domain. Unknown when the registry does not answer or does not say; some, like that of .de, never do.
 * A proxy that the environment names (`HTTPS_PROXY`, `NO_PROXY`) is used; where it fails the outcome is unknown too.
 * The answer is remembered for a day, so a renewal may take as long to show. The name is the one that was registered:
 * `example.org`, not `www.example.org`.
 */
import { z } from 'zod';
import { defineProbe, type ProbeContext, type ProbeResult } from '../src/probing/define-probe.ts';
import { domainName } from '../src/probing/domain-name.ts';
import { ProbeFailure } from '../src/probing/failure.ts';
import { lookUp, type Registration, remembered } from '../src/probing/rdap.ts';
import { duration, plural } from '../src/units.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NAME_RULE = 'expected a registered domain like example.org';
const SERVER_RULE = 'expected a URL with http:// or https://';
/** Sends each question on to the registry of the name. */
const BOOTSTRAP = 'https://rdap.org';
/** The registry has taken the domain away already, whatever date it gives. */
const ENDED = ['redemption period', 'pending delete'];

const settings = z
  .preprocess(
    (value) => (typeof value === 'string' ? { name: value } : value),
    z.strictObject(
      {
        name: domainName()
          .refine((name) => /^[^.]+(\.[^.]+)*\.[^.\d][^.]*$/.test(name), NAME_RULE)
          .describe('The domain as it was registered.'),
        expiresWithin: z
          .preprocess(
            (value) => (typeof value === 'string' ? { degraded: value } : value),
            z
              .strictObject(
                {
                  degraded: duration()
                    .describe('Degraded when the registration ends sooner than this.')
                    .default(30 * DAY_MS),
                  down: duration().describe('Down when it ends sooner than this.').default(0),
                },
                'expected a duration like 30d, or degraded and down',
              )
              .refine(({ degraded, down }) => down <= degraded, 'expected `down` to be no longer than `degraded`'),
          )
          .meta({ shorthand: { type: 'string' } })
          .describe('How close the end of the registration may come.')
          .prefault({}),
        server: z
          .string(SERVER_RULE)
          .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), SERVER_RULE)
          .describe('RDAP server to ask; one that knows all registries by default.')
          .default(BOOTSTRAP),
      },
      NAME_RULE,
    ),
  )
  .meta({ shorthand: { type: 'string' } });
type Settings = z.output<typeof settings>;

export default defineProbe({
  settings,
  describe: ({ name }) => name,
  host: ({ server = BOOTSTRAP }) => new URL(server).hostname,
  async run(settings, context) {
    const registration = await registrationOf(settings, context);
    if (registration === 'not-found')
      return { outcome: 'down', reason: 'dns-not-found', message: 'the registry knows no such domain' };
    return judge(registration, settings, context.now());
  },
});

async function registrationOf(settings: Settings, context: ProbeContext): Promise<Registration | 'not-found'> {
  const { name, server } = settings;
  const key = `rdap ${server} ${name}`;
  const known = remembered(await context.cache.get(key));
  if (known) return known;
  const found = await lookUp(name, server, server === BOOTSTRAP, context);
  if (found === 'not-found') return found;
  await context.cache.set(key, JSON.stringify(found), freshForMs(found, settings, context.now()));
  return found;
}

/** A day, but no longer than the answer stands; what is down is hopefully being renewed. */
function freshForMs({ endsAt, statuses }: Registration, { expiresWithin }: Settings, now: number): number {
  if (statuses.some((status) => ENDED.includes(status))) return HOUR_MS;
  const untilDownMs = endsAt === undefined ? DAY_MS : Date.parse(endsAt) - expiresWithin.down - now;
  return Math.min(DAY_MS, Math.max(HOUR_MS, untilDownMs));
}

function judge({ endsAt, statuses }: Registration, { expiresWithin }: Settings, now: number): ProbeResult {
  const facts = { ...(endsAt !== undefined && { expiresAt: endsAt }), registryStatus: statuses };
  const ended = statuses.find((status) => ENDED.includes(status));
  if (ended) return { outcome: 'down', reason: 'expiring', message: `the registry says: ${ended}`, facts };
  if (endsAt === undefined)
    throw new ProbeFailure('source', 'the registry does not say when the registration ends', { facts });
  const leftMs = Date.parse(endsAt) - now;
  const days = Math.floor(Math.abs(leftMs) / DAY_MS);
  const message =
    leftMs < 0
      ? `the registration ended ${plural(days, 'day')} ago`
      : `the registration ends in ${plural(days, 'day')}, on ${endsAt.slice(0, 10)}`;
  if (leftMs < expiresWithin.down) return { outcome: 'down', reason: 'expiring', message, facts };
  if (leftMs < expiresWithin.degraded) return { outcome: 'degraded', reason: 'expiring', message, facts };
  return { outcome: 'up', message, facts };
}
