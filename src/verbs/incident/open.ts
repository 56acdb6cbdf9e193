/** `vedette incident open`: people know of a trouble, whatever the probes say. */
import type { Verb } from '../../cli.ts';
import { INCIDENT_STATUSES, isEnd } from '../../incidents/event.ts';
import { DECLARED_IMPACTS, openIncident } from '../../incidents/person.ts';
import { loadServices } from '../constellation.ts';
import {
  AUTHOR,
  done,
  instantIn,
  MESSAGE,
  messageOf,
  oneOf,
  PLACE_AND_CODES,
  SAYING_OPTIONS,
  saying,
  servicesOf,
  titleOf,
  writerOf,
} from '../said.ts';
import { writeIncident } from './write.ts';

export const open: Verb = {
  summary: 'declare an incident; prints its id',
  help: `usage: vedette incident open --title TEXT --services IDS --message TEXT [--impact NAME] [--status NAME] [--at INSTANT]

Declares an incident: until it is resolved its services are at least as bad as its impact says, and the page tells of it,
whatever the probes see. What they see of the same trouble goes into it. Prints the id.

  --title TEXT     what is wrong, in a few words
  --services IDS   what it is about, like shop,api
  --impact NAME    minor (degraded, the default), major (partly down), critical (down)
  --status NAME    investigating (the default), identified, monitoring
${MESSAGE}
  --at INSTANT     when it began, like 2026-11-20T12:00Z (default now)
${AUTHOR}
${PLACE_AND_CODES}`,
  options: {
    ...SAYING_OPTIONS,
    title: { type: 'string' },
    services: { type: 'string' },
    impact: { type: 'string', default: 'minor' },
    status: { type: 'string', default: 'investigating' },
    at: { type: 'string' },
  },
  run: (flags, io) =>
    saying('incident open', io, async () => {
      const config = await loadServices(String(flags.config), io);
      if (!config) return 1;
      const writer = writerOf(flags, io);
      const at = instantIn('at', flags.at, writer.now);
      const opening = {
        title: titleOf(flags),
        services: servicesOf(flags, config),
        impact: oneOf('impact', flags.impact, DECLARED_IMPACTS)!,
        status: oneOf(
          'status',
          flags.status,
          INCIDENT_STATUSES.filter((status) => !isEnd(status)),
        )!,
        text: await messageOf(flags),
        ...(at !== undefined && { at }),
      };
      const event = await writeIncident(flags, config, (incidents) => openIncident(opening, incidents, writer));
      return done(event.incident, 'Opened.', flags, io);
    }),
};
