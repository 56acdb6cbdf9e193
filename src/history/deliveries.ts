/** The ledger of notifications as those who tell need it: what happened, who was told, and what the branch says of that. */
import type { DeliveryEvent } from '../incidents/delivery-event.ts';
import type { IncidentEvent } from '../incidents/event.ts';
import type { RecordedRound } from '../model.ts';
import { addDeliveries, adoptDeliveries, parseDelivery, readIncidents } from './event-folders.ts';
import { pathOf } from './events.ts';
import { asText, openFolder } from './folder.ts';
import { readRounds } from './store.ts';

/** Texts of files of the branch by path, in latin1. */
export type ReadBranch = (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** States are worked out from so much of the past, and so is what there is to tell. */
const MEMORY_MS = 2 * 86_400_000;

/** Without a branch this folder alone is right. */
export function openDeliveries(folder: string, now: () => number, readBranch?: ReadBranch) {
  return {
    async story(): Promise<{ lines: readonly IncidentEvent[]; rounds: readonly RecordedRound[] }> {
      const at = now();
      const [{ lines }, { rounds }] = await Promise.all([
        readIncidents(openFolder(folder), folder),
        readRounds(folder, at - MEMORY_MS),
      ]);
      return { lines, rounds: rounds.filter((round) => round.at <= at) };
    },
    add: (decide: (lines: readonly DeliveryEvent[]) => readonly DeliveryEvent[]) => addDeliveries(folder, decide),
    adopt: (lines: readonly DeliveryEvent[]) => adoptDeliveries(folder, lines),
    async published(ours: readonly DeliveryEvent[]): Promise<readonly DeliveryEvent[] | undefined> {
      if (!readBranch) return undefined;
      const wanted = new Set(ours.map(({ id }) => id));
      const texts = await readBranch([...new Set(ours.map((line) => pathOf('notifications', line)))]);
      return [...texts.values()].flatMap((text) =>
        text.split('\n').flatMap((line) => {
          const parsed = parseDelivery(asText(line));
          return 'event' in parsed && wanted.has(parsed.event.id) ? [parsed.event] : [];
        }),
      );
    },
  };
}
