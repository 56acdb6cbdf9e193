/** What the ledger says of one channel. Pure. */
import type { DeliveryEvent } from '../incidents/delivery-event.ts';

/** `busy`: somebody is sending it. `stalled`: whoever was about to is gone, and nobody knows how far it came. */
export type Standing = 'new' | 'busy' | 'stalled' | 'failed' | 'done';

export interface Records {
  /** Milliseconds; undefined for a channel that was never told anything. */
  startedAt: number | undefined;
  standingOf(event: string): Standing;
  /** Claims so far. */
  claimsOf(event: string): number;
  /** Something of it has arrived, or may have. */
  wasTold(about: string): boolean;
  lastToldAt(about: string): number | undefined;
  /** Reminders of it that are done with. */
  remindersOf(about: string): number;
  /** Claims that came to nothing that anybody knows. */
  stalled: readonly DeliveryEvent[];
  /** Not to be tried before; undefined while it works. */
  retryAt: number | undefined;
}

/** Longer than any run may send; whoever has not said by then how it went has died. */
const IN_FLIGHT_MS = 15 * 60_000;
/** A little less than rounds are usually apart, so that the first try again is in the next one. */
const FIRST_RETRY_MS = 4 * 60_000;
const LONGEST_RETRY_MS = 3_600_000;

export function recordsOf(channel: string, ledger: readonly DeliveryEvent[], now: number): Records {
  const own = ledger.filter((line) => line.channel === channel);
  const byEvent = Map.groupBy(
    own.filter(({ event }) => event !== undefined),
    ({ event }) => event!,
  );
  const newest = new Map([...byEvent].map(([event, lines]) => [event, lines.reduce(later)]));
  const standing = (line: DeliveryEvent | undefined): Standing => {
    if (!line) return 'new';
    if (line.kind === 'claimed') return now - line.t * 1000 < IN_FLIGHT_MS ? 'busy' : 'stalled';
    return line.kind === 'failed' ? 'failed' : 'done';
  };
  const about = (id: string): DeliveryEvent[] =>
    [...newest].filter(([event]) => event === id || event.startsWith(`${id}/`)).map(([, line]) => line);
  const arrived = (id: string): DeliveryEvent[] =>
    about(id).filter((line) => ['sent', 'lost', 'claimed'].includes(line.kind));
  const started = own.filter(({ kind }) => kind === 'started').map(({ t }) => t * 1000);
  return {
    startedAt: started.length === 0 ? undefined : Math.min(...started),
    standingOf: (event) => standing(newest.get(event)),
    claimsOf: (event) => newest.get(event)?.claim ?? 0,
    wasTold: (id) => arrived(id).length > 0,
    lastToldAt: (id) =>
      arrived(id).reduce<number | undefined>((last, { t }) => Math.max(last ?? 0, t * 1000), undefined),
    remindersOf: (id) =>
      [...newest].filter(([event, line]) => event.startsWith(`${id}/reminder-`) && standing(line) !== 'failed').length,
    stalled: [...newest.values()].filter((line) => standing(line) === 'stalled'),
    retryAt: retryAt(own),
  };
}

/** A result comes after its claim, a later claim after both. */
function later(a: DeliveryEvent, b: DeliveryEvent): DeliveryEvent {
  if (a.claim !== b.claim) return (a.claim ?? 0) > (b.claim ?? 0) ? a : b;
  return b.kind === 'claimed' ? a : b;
}

/** Failures since it last worked, each further one doubling the wait. */
function retryAt(own: readonly DeliveryEvent[]): number | undefined {
  const failures = failuresOf(own);
  const times = new Set(failures.map(({ t }) => t));
  if (times.size === 0) return undefined;
  return Math.max(...times) * 1000 + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (times.size - 1));
}

function failuresOf(own: readonly DeliveryEvent[]): DeliveryEvent[] {
  const workedAt = Math.max(-1, ...own.filter(({ kind }) => kind === 'sent').map(({ t }) => t));
  return own.filter(({ kind, t, tries = 0 }) => kind === 'failed' && tries > 0 && t > workedAt);
}

/** What other channels should say of this one, each trouble once. */
export function troubleOf(channel: string, ledger: readonly DeliveryEvent[]): DeliveryEvent | undefined {
  const own = ledger.filter((line) => line.channel === channel);
  const told = Math.max(
    -1,
    ...ledger.filter(({ kind, reports }) => kind === 'sent' && reports?.includes(channel)).map(({ t }) => t),
  );
  const [failure] = failuresOf(own).sort((a, b) => a.t - b.t);
  if (failure) return told >= failure.t ? undefined : failure;
  const last = own.findLast(({ kind, t }) => (kind === 'lost' || kind === 'rejected') && t > told);
  // When it was about to be sent, which is not when that was found out.
  const claimed = own.find(
    ({ kind, event, claim }) => kind === 'claimed' && event === last?.event && claim === last?.claim,
  );
  return last && { ...last, t: claimed?.t ?? last.t };
}
