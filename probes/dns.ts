/**
 * A name has records of a type, and they are the right ones.
 *
 * ```yaml
 * probes:
 *   - dns: example.org
 *   - dns:
 *       name: example.org
 *       type: MX
 *       server: 9.9.9.9
 *       expect:
 *         answers: { is: 10 mail.example.org }
 *         count: { above: 1 }
 *   - dns:
 *       name: retired.example.org
 *       expect: { rcode: NXDOMAIN }
 * ```
 *
 * Up when the name server answers NOERROR with at least one record, unless rules say otherwise. A rule on `answers`
 * holds when one answer satisfies it, a `not` when none does. Answers are text much like in zone files: names in lower
 * case without a dot at the end (`10 mail.example.org`), the strings of a TXT record joined and without quotes. Aliases
 * on the way are followed and are no answers, except to a question for CNAME. For PTR the name may be an address.
 *
 * Without `server` the name servers of the system are asked in their order, the next when one does not answer or cannot
 * be reached. An answer too long for UDP is fetched over TCP.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import type { Reason } from '../src/model.ts';
import { checkAny } from '../src/probing/answer-rules.ts';
import { defineProbe, type ProbeContext, type ProbeResult } from '../src/probing/define-probe.ts';
import { type Answered, askNameServers, asText, systemNameServers, toNameServer } from '../src/probing/dns-exchange.ts';
import { type DnsAnswer, RCODES } from '../src/probing/dns-message.ts';
import { RECORD_TYPES } from '../src/probing/dns-records.ts';
import { domainName, reverseName } from '../src/probing/domain-name.ts';
import { ProbeFailure } from '../src/probing/failure.ts';
import { check, rules, Text, type Violation } from '../src/probing/rules.ts';

const SERVER_RULE = 'expected an address like 9.9.9.9, 9.9.9.9:53 or [2620:fe::9]:53';
const WORDS: Readonly<Record<string, string>> = {
  NXDOMAIN: ': the name does not exist',
  SERVFAIL: ': it failed',
  REFUSED: ': it does not serve us or this name',
};
/** What the system says of a server that no question came to. */
const UNREACHED = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'];
/** A name with more of them is not told apart by the rest. */
const MAX_SHOWN = 50;

const rcodeRules = rules().superRefine((list, context) => {
  const named = list.flatMap(({ is, oneOf = [] }) => (is === undefined ? oneOf : [is, ...oneOf]));
  if (named.every((code) => (RCODES as readonly unknown[]).includes(code))) return;
  context.addIssue({ code: 'custom', message: `expected one of ${RCODES.join(', ')}` });
});

const subjects = z.strictObject({
  rcode: rcodeRules
    .describe('Rule for the code of the answer, like NOERROR or NXDOMAIN; NOERROR by default.')
    .optional(),
  answers: rules().describe('Rule that one answer satisfies, or with `not` none.').optional(),
  count: rules().describe('Rule for the number of answers; above 0 by default.').optional(),
});
type Subjects = z.output<typeof subjects>;

const settings = z
  .preprocess(
    (value) => (typeof value === 'string' ? { name: value } : value),
    z.strictObject({
      name: domainName().describe('Name to ask for; for PTR it may be an address.'),
      type: z
        .preprocess(
          (value) => (typeof value === 'string' ? value.toUpperCase() : value),
          z.enum(RECORD_TYPES, `expected one of ${RECORD_TYPES.join(', ')}`),
        )
        .describe('Type of the records.')
        .default('A'),
      server: z
        .string(SERVER_RULE)
        .transform((text, context) => {
          const server = toNameServer(text);
          if (server) return server;
          context.addIssue({ code: 'custom', message: SERVER_RULE });
          return z.NEVER;
        })
        .describe('Name server to ask, `address` or `address:port`; those of the system when absent.')
        .optional(),
      transport: z
        .enum(['udp', 'tcp'], 'expected udp or tcp')
        .describe('How to ask; an answer too long for UDP is fetched over TCP in any case.')
        .default('udp'),
      expect: subjects.describe('What must hold, or the probe is down.').default({}),
      prefer: subjects.describe('What should hold, or the probe is degraded.').default({}),
    }),
  )
  .superRefine(({ name, type }, context) => {
    if (type === 'PTR' || !isIP(name)) return;
    context.addIssue({ code: 'custom', path: ['name'], message: 'expected a name; an address only for PTR' });
  })
  .meta({ shorthand: { type: 'string' } });
type Settings = z.output<typeof settings>;

export default defineProbe({
  settings,
  describe: ({ name, type, server }) => `${name} ${type}${server ? ` @${asText(server)}` : ''}`,
  host: ({ name, server }) => server?.address ?? name,
  async run(settings, context) {
    const { rcode, answers, server, transport } = await ask(settings, context);
    const facts = {
      rcode,
      answers: answers.slice(0, MAX_SHOWN),
      count: answers.length,
      server: asText(server),
      transport,
    };
    const isCounted = (settings.expect.count ?? settings.prefer.count) !== undefined;
    const values = isCounted ? [{ name: 'count', value: answers.length }] : [];
    return { ...judge(settings, { rcode, answers }), facts, values };
  },
});

async function ask({ name, type, server, transport }: Settings, context: ProbeContext): Promise<Answered> {
  const question = { name: (type === 'PTR' && reverseName(name, isIP(name))) || name, type };
  try {
    return await askNameServers(question, server ? [server] : systemNameServers(), transport, context);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // A server that is named is the target itself; those of the system are on the way to it.
    if (server && code === 'ECONNREFUSED')
      throw new ProbeFailure('refused', 'connection refused by the name server', { cause: error });
    if (!server && UNREACHED.includes(code))
      throw new ProbeFailure('dns-server', 'the name servers of this system cannot be reached', { cause: error });
    throw error;
  }
}

function judge({ name, type, expect, prefer }: Settings, answer: DnsAnswer): ProbeResult {
  const { rcode, answers } = answer;
  const broken = wrongCode(expect, rcode) ?? emptiness(expect, answer, type) ?? violation(expect, answers);
  if (broken) return { outcome: 'down', phase: 'dns', ...broken };
  const disliked = (prefer.rcode && wrongCode(prefer, rcode)) ?? violation(prefer, answers);
  if (disliked) return { outcome: 'degraded', phase: 'dns', ...disliked };
  if (answers.length === 0) return { outcome: 'up', message: `${rcode}, and no ${type} record of ${name}` };
  const more = answers.length > 3 ? ` and ${answers.length - 3} more` : '';
  return { outcome: 'up', message: `${answers.slice(0, 3).join(', ').slice(0, 200)}${more}` };
}

function wrongCode({ rcode: list }: Subjects, rcode: string): Violation | undefined {
  if (!list) {
    if (rcode === 'NOERROR') return undefined;
    return { reason: reasonOf(rcode), message: `the name server answers ${rcode}${WORDS[rcode] ?? ''}` };
  }
  const broken = check(list, new Text(rcode), 'the rcode', 'value');
  return broken && { ...broken, reason: reasonOf(rcode) };
}

function reasonOf(rcode: string): Reason {
  if (rcode === 'NOERROR') return 'value';
  return rcode === 'NXDOMAIN' ? 'dns-not-found' : 'dns-server';
}

/** Rules may be content with no answer at all: `count: 0`, `answers: { exists: false }`. */
function emptiness(
  { answers: list, count }: Subjects,
  { rcode, answers }: DnsAnswer,
  type: string,
): Violation | undefined {
  if (answers.length > 0 || rcode !== 'NOERROR' || count) return undefined;
  if (list && !checkAny(list, [], 'answer')) return undefined;
  return { reason: 'dns-no-address', message: `the name has no ${type} record` };
}

function violation({ answers: list, count }: Subjects, answers: readonly string[]): Violation | undefined {
  return (
    (list && checkAny(list, answers, 'answer')) ??
    (count && check(count, answers.length, 'the number of answers', 'value'))
  );
}
