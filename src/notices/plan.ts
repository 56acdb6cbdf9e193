/** Who is to be told what now: decided of the history and of what the ledger says was told before. Pure. */
import type { Alert, Channel, News } from '../config/notifications.ts';
import type { DeliveryEvent } from '../incidents/delivery-event.ts';
import { instantInWords } from '../units.ts';
import type { Occurrence, Occurrences } from './occurrence.ts';
import { type Records, recordsOf, troubleOf } from './records.ts';

/** A channel with what its kind is like. */
export interface Recipient extends Channel {
  /** People need only the last word about something; programs each event; a pager opens and closes an alert. */
  audience: 'people' | 'programs' | 'pager';
  /** The receiver knows a message that it has had, so that sending it twice is harmless. */
  isIdempotent: boolean;
  alert: readonly Alert[];
}

/** One message. */
export interface Delivery {
  channel: string;
  /** What it says; several are told in one. */
  says: readonly Occurrence[];
  /** What is told by it, and which claim of it this is. */
  claims: readonly { event: string; claim: number }[];
  footnotes: readonly string[];
  /** Channels that the footnotes are about. */
  reports: readonly string[];
}

export interface NoticePlan {
  /** Channels that are told from now on. */
  started: readonly string[];
  /** Nobody knows whether these have arrived, and they cannot be sent again. */
  lost: readonly DeliveryEvent[];
  /** Channels that failed last time and get one message to begin with. */
  trials: readonly string[];
  /** In order within a channel. */
  deliveries: readonly Delivery[];
}

interface PlanInput {
  occurrences: Occurrences;
  ledger: readonly DeliveryEvent[];
  recipients: readonly Recipient[];
  /** The newest round: what was before it is not told to a channel that is new. */
  newestAt: number;
  now: number;
}

const LIMITS = { people: 5, programs: 50, pager: 50 } as const;
const ALERTING: readonly News[] = ['opened', 'escalated', 'cause', 'resolved'];

export function planNotices({ occurrences, ledger, recipients, newestAt, now }: PlanInput): NoticePlan {
  const records = new Map(recipients.map(({ name }) => [name, recordsOf(name, ledger, now)]));
  const lost = recipients.flatMap(({ name, isIdempotent }) => (isIdempotent ? [] : records.get(name)!.stalled));
  const troubled = new Map(
    recipients.flatMap(({ name }) => {
      const own = lost.findLast(({ channel }) => channel === name);
      const trouble = troubleOf(name, ledger) ?? (own && { ...own, kind: 'lost' as const });
      return trouble ? [[name, trouble] as const] : [];
    }),
  );
  return {
    started: recipients.flatMap(({ name }) => (records.get(name)!.startedAt === undefined ? [name] : [])),
    lost,
    trials: recipients.flatMap(({ name }) => (records.get(name)!.retryAt === undefined ? [] : [name])),
    deliveries: recipients.flatMap((recipient) => {
      const own = records.get(recipient.name)!;
      const messages = messagesFor(recipient, own, { occurrences, newestAt, now });
      return messages.map((says, index): Delivery => {
        const notes = index === 0 && recipient.audience !== 'pager' ? notesFor(recipient, troubled) : [];
        return {
          channel: recipient.name,
          says: says.says,
          claims: says.covers.map(({ id }) => ({ event: id, claim: own.claimsOf(id) + 1 })),
          footnotes: notes.map(([, note]) => note),
          reports: notes.map(([channel]) => channel),
        };
      });
    }),
  };
}

interface Message {
  says: readonly Occurrence[];
  covers: readonly Occurrence[];
}

function messagesFor(
  recipient: Recipient,
  records: Records,
  { occurrences, newestAt, now }: Pick<PlanInput, 'occurrences' | 'newestAt' | 'now'>,
): Message[] {
  const isDue = records.retryAt === undefined || now >= records.retryAt;
  if (!isDue) return [];
  const from = Math.floor((records.startedAt ?? newestAt) / 1000) * 1000;
  const open = occurrences.news.filter(
    (one) => one.at >= from && isUntold(recipient, records.standingOf(one.id)) && isWanted(recipient, one),
  );
  const news = [...Map.groupBy(open, ({ about }) => about)].flatMap(([about, list]) =>
    grouped(recipient, records.wasTold(about), list),
  );
  const reminders = remindersFor(recipient, records, { lasting: occurrences.lasting, news, now });
  const all = [...news, ...reminders].sort(byTime);
  // One that failed last time is tried with one message before it gets all.
  if (records.retryAt !== undefined) return all.slice(0, 1);
  return limited(recipient, all);
}

function isUntold({ isIdempotent }: Recipient, standing: ReturnType<Records['standingOf']>): boolean {
  return standing === 'new' || standing === 'failed' || (standing === 'stalled' && isIdempotent);
}

function isWanted({ audience, alert, when }: Recipient, { what, level, isQuiet }: Occurrence): boolean {
  if (level === 'none' || what === 'reminder') return false;
  if (isQuiet) return audience === 'pager';
  if (when) {
    if (!when.includes(what)) return false;
    // Who asks for them by name gets them, whatever else it takes.
    if (what === 'prober-fault' || what === 'stale') return true;
  } else if (what === 'update' || (audience === 'pager' && !ALERTING.includes(what))) return false;
  // An end is told to whoever was told of the beginning.
  return what === 'resolved' || alert.includes(level);
}

/** All about one thing, in order, as messages: people get the last word, programs every one. */
function grouped({ audience }: Recipient, wasTold: boolean, list: readonly Occurrence[]): Message[] {
  const begins = ({ isOver, isQuiet }: Occurrence): boolean => !isOver && !isQuiet;
  if (audience === 'programs') {
    const first = wasTold ? 0 : list.findIndex(begins);
    return first === -1 ? [] : list.slice(first).map((one) => ({ says: [one], covers: [one] }));
  }
  const last = list.at(-1)!;
  // Nobody is woken for what is over, nor told of an end whose beginning was not for them.
  const isNews = wasTold || (last.isOver ? audience === 'people' && !last.isQuiet && list.some(begins) : true);
  return isNews ? [{ says: [last], covers: list }] : [];
}

function remindersFor(
  { audience, remindMs, alert }: Recipient,
  records: Records,
  { lasting, news, now }: { lasting: readonly Occurrence[]; news: readonly Message[]; now: number },
): Message[] {
  if (remindMs === undefined || audience === 'pager') return [];
  const told = new Set(news.flatMap(({ says }) => says.map(({ about }) => about)));
  return lasting.flatMap((one) => {
    const lastAt = records.lastToldAt(one.about);
    const isDue = lastAt !== undefined && now - lastAt >= remindMs;
    if (!isDue || told.has(one.about) || !alert.includes(one.level)) return [];
    const id = `${one.about}/reminder-${records.remindersOf(one.about) + 1}`;
    if (!['new', 'failed'].includes(records.standingOf(id))) return [];
    const reminder = { ...one, id };
    return [{ says: [reminder], covers: [reminder] }];
  });
}

/** The loudest get messages of their own; for people the rest is one more, for others it waits. */
function limited({ audience, limit = LIMITS[audience] }: Recipient, all: readonly Message[]): Message[] {
  const isDigest = audience === 'people';
  if (all.length <= limit + (isDigest ? 1 : 0)) return [...all];
  if (!isDigest) return all.slice(0, limit);
  const ranked = all.toSorted((a, b) => loudness(b) - loudness(a) || byTime(a, b));
  const rest = ranked.slice(limit).sort(byTime);
  return [
    ...ranked.slice(0, limit).sort(byTime),
    { says: rest.flatMap(({ says }) => says), covers: rest.flatMap(({ covers }) => covers) },
  ];
}

function loudness({ says }: Message): number {
  return says.some(({ level, isOver }) => level === 'page' && !isOver) ? 1 : 0;
}

function byTime({ says: [a] }: Message, { says: [b] }: Message): number {
  return a!.at - b!.at || (a!.id < b!.id ? -1 : 1);
}

/** Of channels other than itself; a message of its own that may be lost it says itself, too. */
function notesFor({ name }: Recipient, troubled: ReadonlyMap<string, DeliveryEvent>): [string, string][] {
  return [...troubled].flatMap(([channel, { kind, t }]): [string, string][] => {
    const since = instantInWords(t * 1000);
    if (kind === 'lost') return [[channel, `A message to the channel ${channel} of ${since} may not have arrived.`]];
    if (channel === name) return [];
    if (kind === 'rejected') return [[channel, `The channel ${channel} refused a message at ${since}.`]];
    return [[channel, `The channel ${channel} has not been reached since ${since}.`]];
  });
}
