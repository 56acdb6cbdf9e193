/** A person's line of maintenance goes to the others, while nobody else writes. */
import type { Flags } from '../../cli.ts';
import type { Config } from '../../config/config.ts';
import { addMaintenance } from '../../history/event-folders.ts';
import type { SaidOfMaintenance } from '../../incidents/announce.ts';
import { type Announced, announcedFrom } from '../../incidents/maintenance.ts';
import type { MaintenanceEvent } from '../../incidents/maintenance-event.ts';
import { FlagError } from '../said.ts';

export async function writeMaintenance(
  { history }: Flags,
  { renamed }: Pick<Config, 'renamed'>,
  say: (all: readonly Announced[]) => SaidOfMaintenance,
): Promise<MaintenanceEvent> {
  const [event] = await addMaintenance(String(history), (lines) => {
    const said = say(announcedFrom(lines, renamed));
    if ('problem' in said) throw new FlagError(said.problem);
    return [said.event];
  });
  if (!event) throw new Error('an id that chance has made twice');
  return event;
}
