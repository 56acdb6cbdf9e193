/** A person's line goes to the others, while nobody else writes. */
import type { Flags } from '../../cli.ts';
import type { Config } from '../../config/config.ts';
import { addIncidents } from '../../history/event-folders.ts';
import type { IncidentEvent } from '../../incidents/event.ts';
import { type Incident, incidentsFrom } from '../../incidents/incident.ts';
import type { Said } from '../../incidents/person.ts';
import { FlagError } from '../said.ts';

/** Decided of what is there at that moment: a round may be writing as well. */
export async function writeIncident(
  { history }: Flags,
  { renamed }: Pick<Config, 'renamed'>,
  say: (incidents: readonly Incident[]) => Said,
): Promise<IncidentEvent> {
  const [event] = await addIncidents(String(history), (lines) => {
    const said = say(incidentsFrom(lines, renamed));
    if ('problem' in said) throw new FlagError(said.problem);
    return [said.event];
  });
  if (!event) throw new Error('an id that chance has made twice');
  return event;
}
