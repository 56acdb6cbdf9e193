/** The story that the demo tells, one step a round. */
import type { Constellation } from './constellation.ts';

/** What can be done to the constellation, by the story and from the keyboard. */
export type Action = { kind: 'break' | 'repair' | 'slow'; service: string } | { kind: 'network'; isUp: boolean };

export interface Step {
  /** One sentence: what happens, or what there is to see. */
  says: string;
  /** Done before the round. */
  does: readonly Action[];
}

export const STORY: readonly Step[] = [
  { says: 'Everything works.', does: [] },
  { says: 'The database slows down.', does: [{ kind: 'slow', service: 'database' }] },
  { says: 'The database goes down.', does: [{ kind: 'break', service: 'database' }] },
  { says: 'The database is still down.', does: [] },
  {
    says: 'The database is back, but slow.',
    does: [
      { kind: 'repair', service: 'database' },
      { kind: 'slow', service: 'database' },
    ],
  },
  { says: 'The database is well again.', does: [{ kind: 'repair', service: 'database' }] },
  { says: 'A cache replica dies. One failure is not yet news.', does: [{ kind: 'break', service: 'cache-a' }] },
  { says: 'The replica is still dead, and nobody above it suffers.', does: [] },
  { says: 'The replica comes back.', does: [{ kind: 'repair', service: 'cache-a' }] },
  { says: 'The prober loses its network; the platform goes on working.', does: [{ kind: 'network', isUp: false }] },
  { says: 'The prober is still without a network.', does: [] },
  { says: 'The prober has its network back.', does: [{ kind: 'network', isUp: true }] },
];

export function perform(action: Action, constellation: Constellation): Promise<void> {
  if (action.kind === 'network') return constellation.setNetwork(action.isUp);
  return constellation[action.kind](action.service);
}
