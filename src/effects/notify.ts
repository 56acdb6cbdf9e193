/**
 * Tells people, each channel at most once of each event. The ledger is the history's: what is about to be sent is claimed
 * in it and published first, so that of several runs that want to tell the same only one does, and a run that dies leaves
 * a trace. What it was is decided elsewhere.
 */
import type { Config } from '../config/config.ts';
import type { Channel } from '../config/notifications.ts';
import type { DeliveryEvent } from '../incidents/delivery-event.ts';
import type { IncidentEvent } from '../incidents/event.ts';
import type { RecordedRound } from '../model.ts';
import { digestOf, type Notice, noticeOf } from '../notices/notice.ts';
import { occurrencesIn } from '../notices/occurrence.ts';
import { type Delivery, type NoticePlan, planNotices, type Recipient } from '../notices/plan.ts';
import { plural } from '../units.ts';
import type { ChannelRegistry } from './channel-registry.ts';
import type { ChannelKind } from './define-channel.ts';
import { type Delivered, deliver, PACE, type Pace } from './deliver.ts';
import { failureInWords } from './delivery-error.ts';
import type { AfterContext } from './effect.ts';

/** The history, as far as telling needs it. Whoever calls has it; effects do not know where it lies. */
export interface Ledger {
  /** Incidents, and the rounds of the last two days in order. */
  story(): Promise<{ lines: readonly IncidentEvent[]; rounds: readonly RecordedRound[] }>;
  /** Adds what is decided of the lines that are there, while nobody else writes; says what was new. */
  add(decide: (lines: readonly DeliveryEvent[]) => readonly DeliveryEvent[]): Promise<readonly DeliveryEvent[]>;
  /** Lines in the place of ours with the same ids. */
  adopt(lines: readonly DeliveryEvent[]): Promise<void>;
  /** Those lines as the branch has them after publishing; undefined where nothing is published, and ours are right. */
  published(ours: readonly DeliveryEvent[]): Promise<readonly DeliveryEvent[] | undefined>;
}

/** Of what a round gives to those who act after it, what telling needs. */
export type NotifyContext = Pick<AfterContext, 'config' | 'now' | 'signal' | 'publish'>;

export interface NotifyOptions {
  channels: ChannelRegistry;
  ledger: Ledger;
  /** Unique to this run. */
  run: string;
  pace?: Pace;
}

export interface Notified {
  /** What did not work, in words without addresses. */
  warnings: string[];
  /** Messages that arrived, by channel. */
  sent: ReadonlyMap<string, number>;
}

/** One of the things that are done after a round. */
export interface NotifyAfterRound {
  name: string;
  run(context: NotifyContext): Promise<Notified>;
}

export function notifyAfterRound(options: NotifyOptions): NotifyAfterRound {
  const run = async (context: NotifyContext): Promise<Notified> => {
    const warnings: string[] = [];
    const sent = new Map<string, number>();
    let hasResults = false;
    if (context.config.notifications.length === 0) return { warnings, sent };
    const recipients = context.config.notifications.map((channel) => recipientOf(channel, options.channels));
    const tell = async (these: readonly Recipient[]): Promise<readonly string[]> => {
      const claimed = await claim(context, options, these);
      warnings.push(...claimed.warnings);
      const said = await Promise.allSettled(these.map((one) => sendAll(one, claimed.deliveries, context, options)));
      // A history that cannot be written is loud, but only after everybody has had a turn.
      const broken = said.find(({ status }) => status === 'rejected');
      if (broken?.status === 'rejected') throw broken.reason;
      for (const one of said.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))) {
        warnings.push(...one.warnings);
        if (one.sent > 0) sent.set(one.channel, (sent.get(one.channel) ?? 0) + one.sent);
      }
      hasResults ||= claimed.deliveries.length > 0;
      return claimed.trials;
    };
    const trials = await tell(recipients);
    // Whoever works again gets what has waited.
    const recovered = recipients.filter(({ name }) => trials.includes(name) && sent.has(name));
    if (recovered.length > 0 && !context.signal.aborted) await tell(recovered);
    if (hasResults) warnings.push(...(await published(context, 'Record what was told')));
    return { warnings, sent };
  };
  return { name: 'notifications', run };
}

function recipientOf(channel: Channel, channels: ChannelRegistry): Recipient {
  const { audience, isIdempotent, alert } = kindOf(channel, channels);
  return { alert, ...channel, audience, isIdempotent };
}

function kindOf({ kind }: Channel, channels: ChannelRegistry): ChannelKind {
  return channels.get(kind)!;
}

interface Claimed {
  deliveries: readonly Delivery[];
  trials: readonly string[];
  warnings: string[];
}

/** What is ours to send now: written, published, and not taken by anybody else. */
async function claim(
  context: NotifyContext,
  { ledger, run }: NotifyOptions,
  recipients: readonly Recipient[],
): Promise<Claimed> {
  const { config, now } = context;
  const { lines, rounds } = await ledger.story();
  const at = now();
  const t = Math.floor(at / 1000);
  const occurrences = occurrencesIn({ lines, rounds, config }, at);
  const newestAt = rounds.at(-1)?.at ?? at;
  let plan: NoticePlan = { started: [], lost: [], trials: [], deliveries: [] };
  const added = await ledger.add((known) => {
    plan = planNotices({ occurrences, ledger: known, recipients, newestAt, now: at });
    const base = { v: 1, t, by: run } as const;
    return [
      ...plan.started.map(
        (channel): DeliveryEvent => ({
          ...base,
          id: `started@${channel}`,
          t: Math.floor(newestAt / 1000),
          channel,
          kind: 'started',
        }),
      ),
      ...plan.lost.map((line): DeliveryEvent => result(line, { result: 'lost', tries: 0 }, { t, run, reports: [] })),
      ...plan.deliveries.flatMap(({ channel, claims }) =>
        claims.map(
          ({ event, claim }): DeliveryEvent => ({
            ...base,
            id: `${event}@${channel}/${claim}-claimed`,
            channel,
            kind: 'claimed',
            event,
            claim,
          }),
        ),
      ),
    ];
  });
  const claims = added.filter(({ kind }) => kind === 'claimed');
  const warnings = plan.lost.map(
    ({ channel, event }) =>
      `notifications: ${channel}: a former run ended while it told of ${event}; the message may not have arrived`,
  );
  const { trials } = plan;
  if (claims.length === 0) return { deliveries: [], trials, warnings };
  const problems = await published(context, 'Claim notifications');
  if (problems.length > 0) {
    // Somebody else may have claimed them; nothing is sent, and a later round tries again.
    await ledger.add(() =>
      claims.map((line) => result(line, { result: 'failed', tries: 0, why: 'not-published' }, { t, run, reports: [] })),
    );
    return { deliveries: [], trials, warnings: [...warnings, ...problems] };
  }
  const right = (await ledger.published(claims)) ?? claims;
  const others = right.filter(({ by }) => by !== run);
  if (others.length > 0) await ledger.adopt(others);
  const ours = new Map(right.filter(({ by }) => by === run).map((line) => [line.id, line]));
  const idsOf = ({ channel, claims }: Delivery): string[] =>
    claims.map(({ event, claim }) => `${event}@${channel}/${claim}-claimed`);
  const [mine, split] = [true, false].map((isWanted) =>
    plan.deliveries.filter((delivery) => idsOf(delivery).every((id) => ours.has(id)) === isWanted),
  ) as [Delivery[], Delivery[]];
  // Of a message that somebody else tells in part, the rest is left to a later round.
  const left = split.flatMap(idsOf).flatMap((id) => ours.get(id) ?? []);
  if (left.length > 0) {
    const untried = { result: 'failed', tries: 0, why: 'not-tried' } as const;
    await ledger.add(() => left.map((line) => result(line, untried, { t, run, reports: [] })));
  }
  return { deliveries: mine, trials, warnings };
}

function result(
  { channel, event, claim }: Pick<DeliveryEvent, 'channel' | 'event' | 'claim'>,
  { result: kind, tries, why, code }: Delivered,
  { t, run, reports }: { t: number; run: string; reports: readonly string[] },
): DeliveryEvent {
  return {
    v: 1,
    id: `${event}@${channel}/${claim}-${kind}`,
    t,
    channel,
    kind,
    ...(event !== undefined && { event }),
    by: run,
    ...(claim !== undefined && { claim }),
    tries,
    ...(why && { why }),
    ...(code !== undefined && { code }),
    ...(reports.length > 0 && { reports: [...reports] }),
  };
}

/** To one channel, in order; the first that cannot be delivered ends it, so that nothing overtakes. */
async function sendAll(
  recipient: Recipient,
  all: readonly Delivery[],
  { config, now, signal }: NotifyContext,
  { channels, ledger, run, pace = PACE }: NotifyOptions,
): Promise<{ channel: string; sent: number; warnings: string[] }> {
  const channel = recipient.name;
  const kind = kindOf(recipient, channels);
  const own = all.filter((delivery) => delivery.channel === channel);
  const warnings: string[] = [];
  const time = AbortSignal.any([signal, AbortSignal.timeout(pace.channelMs)]);
  let sent = 0;
  let hasFailed = false;
  for (const delivery of own) {
    const outcome: Delivered = hasFailed
      ? { result: 'failed', tries: 0, why: 'not-tried' }
      : await deliver(kind, recipient, noticeFor(delivery, config), { pace, signal: time, now });
    const { result: how, tries, why, code } = outcome;
    const t = Math.floor(now() / 1000);
    const reports = how === 'sent' ? delivery.reports : [];
    await ledger.add(() =>
      delivery.claims.map(({ event, claim }) => result({ channel, event, claim }, outcome, { t, run, reports })),
    );
    if (how === 'sent') sent += 1;
    else if (!hasFailed) {
      const fate = FATES[how];
      warnings.push(`notifications: ${channel}: ${failureInWords(why!, code)}, ${plural(tries, 'attempt')}; ${fate}`);
    }
    hasFailed ||= how === 'failed' || how === 'lost';
  }
  return { channel, sent, warnings };
}

const FATES = {
  failed: 'it is tried again at later rounds',
  rejected: 'it is not tried again',
  lost: 'the message may not have arrived, and is not sent twice',
} as const;

function noticeFor({ says, footnotes }: Delivery, config: Config): Notice {
  const notices = says.map((one) => noticeOf(one, config));
  return { ...(notices.length === 1 ? notices[0]! : digestOf(notices, config)), footnotes };
}

async function published({ publish }: NotifyContext, message: string): Promise<string[]> {
  try {
    await publish(message);
    return [];
  } catch (error) {
    return [`notifications: ${error instanceof Error ? error.message : String(error)}`];
  }
}
