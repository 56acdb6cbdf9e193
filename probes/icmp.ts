/**
 * A host answers ICMP echo requests (ping).
 *
 * ```yaml
 * probes:
 *   - icmp: router.example.org
 *   - icmp: { host: 192.0.2.1, count: 3 }
 * ```
 *
 * Up when at least one of `count` requests is answered within 2 s, with a warning when others are not. The requests are
 * 0.2 s apart, which counts into the latency; the round-trip time alone is the fact `rttMs`. The system's program `ping`
 * does the work: where there is none, where it lacks the permission or where ICMP is kept in, as on the runners that
 * GitHub hosts, the outcome is unknown.
 */
import { z } from 'zod';
import { defineProbe, type ProbeResult } from '../src/probing/define-probe.ts';
import { ProbeFailure } from '../src/probing/failure.ts';
import { type Pinged, ping } from '../src/probing/ping.ts';
import { type Address, resolve } from '../src/probing/resolve.ts';

const HOST_RULE = 'expected a host like router.example.org or 192.0.2.1';
const COUNT_RULE = 'expected a number from 1 to 20';

const settings = z
  .preprocess(
    (value) => (typeof value === 'string' ? { host: value } : value),
    z.strictObject(
      {
        // What begins with a dash would be an option to the program.
        host: z
          .string(HOST_RULE)
          .regex(/^\[?[\w:][\w.:-]*\]?$/, HOST_RULE)
          .describe('Name or address.'),
        count: z
          .int(COUNT_RULE)
          .min(1, COUNT_RULE)
          .max(20, COUNT_RULE)
          .describe('How many requests are sent.')
          .default(1),
        family: z
          .union([z.literal(4), z.literal(6), z.literal('auto')], 'expected 4, 6 or auto')
          .describe('IP version.')
          .default('auto'),
      },
      HOST_RULE,
    ),
  )
  .meta({ shorthand: { type: 'string' } });

export default defineProbe({
  settings,
  describe: ({ host }) => host,
  host: ({ host }) => host,
  async run({ host, count, family }, context) {
    context.enter('dns');
    const [address] = await resolve(host, family, context.signal);
    context.enter('talk');
    return judge(await ping(address!, count, context), address!);
  },
});

function judge(pinged: Pinged, { address, family }: Address): ProbeResult {
  if (!pinged.answered) {
    const { reason, message, sent } = pinged;
    const counts = sent === undefined ? {} : { sent, received: 0 };
    throw new ProbeFailure(reason, message, { facts: { address, family, ...counts } });
  }
  const { sent, received, rttMs } = pinged;
  const facts = { address, family, sent, received, ...(rttMs !== undefined && { rttMs }) };
  const message = rttMs === undefined ? 'echo answered' : `echo after ${rttMs} ms`;
  return { outcome: 'up', message, facts, warnings: received < sent ? [`${sent - received} of ${sent} lost`] : [] };
}
