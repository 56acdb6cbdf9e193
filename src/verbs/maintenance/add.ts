/** `vedette maintenance add`: services may fail for a while, and it does not count. */
import type { Verb } from '../../cli.ts';
import { announce } from '../../incidents/announce.ts';
import { loadServices } from '../constellation.ts';
import {
  AUTHOR,
  done,
  instantOf,
  MESSAGE,
  messageOf,
  PLACE_AND_CODES,
  SAYING_OPTIONS,
  saying,
  servicesOf,
  titleOf,
  writerOf,
} from '../said.ts';
import { writeMaintenance } from './write.ts';

export const add: Verb = {
  summary: 'announce a maintenance; prints its id',
  help: `usage: vedette maintenance add --title TEXT --services IDS --start INSTANT --end INSTANT --message TEXT

Announces a maintenance, as \`maintenance:\` in services.yml does: what fails in it is no incident, costs no uptime and is
blamed for nothing. Prints the id. What comes again and again stands in services.yml.

  --title TEXT     what is done, in a few words
  --services IDS   what may fail, like shop,api
  --start INSTANT  like 2026-12-01T02:00Z or 2026-12-01T03:00+01:00, or now
  --end INSTANT    likewise
${MESSAGE}
${AUTHOR}
${PLACE_AND_CODES}`,
  options: {
    ...SAYING_OPTIONS,
    title: { type: 'string' },
    services: { type: 'string' },
    start: { type: 'string' },
    end: { type: 'string' },
  },
  run: (flags, io) =>
    saying('maintenance add', io, async () => {
      const config = await loadServices(String(flags.config), io);
      if (!config) return 1;
      const writer = writerOf(flags, io);
      const announcement = {
        title: titleOf(flags),
        services: servicesOf(flags, config),
        startsAt: instantOf('start', flags.start, writer.now),
        endsAt: instantOf('end', flags.end, writer.now),
        text: await messageOf(flags),
      };
      const event = await writeMaintenance(flags, config, (all) =>
        announce(announcement, new Set(all.map(({ id }) => id)), writer),
      );
      if (announcement.startsAt < writer.now - TOLERANCE_MS) {
        io.stderr.write('warning: it began before it was announced, and the page says so\n');
      }
      return done(event.maintenance, 'Announced.', flags, io);
    }),
};

/** Whoever types a time does not type seconds. */
const TOLERANCE_MS = 60_000;
