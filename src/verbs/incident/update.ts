/** `vedette incident update` and `resolve`: how it goes on, and that it is over. */
import type { Flags, Io, Verb } from '../../cli.ts';
import { INCIDENT_STATUSES, type IncidentEvent } from '../../incidents/event.ts';
import { DECLARED_IMPACTS, type Update, updateIncident } from '../../incidents/person.ts';
import { configOf } from '../history/folder.ts';
import {
  AUTHOR,
  done,
  found,
  instantIn,
  MESSAGE,
  messageOf,
  oneOf,
  PLACE_AND_CODES,
  SAYING_OPTIONS,
  saying,
  writerOf,
} from '../said.ts';
import { writeIncident } from './write.ts';

const REST = `${AUTHOR}
${PLACE_AND_CODES}`;

export const update: Verb = {
  summary: 'say how an incident goes on, or why it was',
  help: `usage: vedette incident update ID --message TEXT [--status NAME] [--impact NAME]

Adds a word to an incident, whoever opened it. A status given to one that is over opens it again; then it is yours to
resolve. Without a status everything stays as it is, and so it does with a postmortem.

  --status NAME    investigating, identified, monitoring, resolved, postmortem
  --impact NAME    minor, major, critical; of one that people have opened
${MESSAGE}
${REST}`,
  operand: 'ID',
  options: { ...SAYING_OPTIONS, status: { type: 'string' }, impact: { type: 'string' } },
  run: (flags, io) =>
    saying('incident update', io, () => {
      const status = oneOf('status', flags.status, INCIDENT_STATUSES);
      const impact = oneOf('impact', flags.impact, DECLARED_IMPACTS);
      return write(flags, io, { ...(status && { status }), ...(impact && { impact }) });
    }),
};

export const resolve: Verb = {
  summary: 'say that an incident is over',
  help: `usage: vedette incident resolve ID --message TEXT [--at INSTANT]

Ends an incident, whoever opened it. What still fails then opens none until it has been well.

${MESSAGE}
  --at INSTANT     when it was over, like 2026-11-20T12:30Z (default now)
${REST}`,
  operand: 'ID',
  options: { ...SAYING_OPTIONS, at: { type: 'string' } },
  run: (flags, io) => saying('incident resolve', io, () => write(flags, io, { status: 'resolved' })),
};

async function write(flags: Flags, io: Io, given: Omit<Update, 'text'>): Promise<number> {
  const loaded = await configOf(flags, io);
  if (!loaded) return 1;
  const config = loaded === 'none' ? { renamed: new Map<string, string>() } : loaded;
  const writer = writerOf(flags, io);
  const at = instantIn('at', flags.at, writer.now);
  const said = { ...given, text: await messageOf(flags), ...(at !== undefined && { at }) };
  const event = await writeIncident(flags, config, (incidents) =>
    updateIncident(found('incident', flags.ID, incidents), said, writer),
  );
  return done(event.incident, WORDS[event.kind] ?? 'Written.', flags, io);
}

const WORDS: Partial<Record<IncidentEvent['kind'], string>> = {
  resolved: 'Resolved.',
  reopened: 'Opened again; it is yours to resolve.',
};
