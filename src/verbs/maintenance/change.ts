/** `vedette maintenance update` and `cancel`: what is still to come of it. */
import type { Flags, Io, Verb } from '../../cli.ts';
import { cancelMaintenance, changeMaintenance } from '../../incidents/announce.ts';
import { configOf } from '../history/folder.ts';
import {
  AUTHOR,
  done,
  found,
  instantIn,
  MESSAGE,
  messageIn,
  PLACE_AND_CODES,
  SAYING_OPTIONS,
  saying,
  writerOf,
} from '../said.ts';
import { writeMaintenance } from './write.ts';

const REST = `${MESSAGE}
${AUTHOR}
${PLACE_AND_CODES}`;

export const update: Verb = {
  summary: 'say how a maintenance goes on, or when it will be',
  help: `usage: vedette maintenance update ID [--start INSTANT] [--end INSTANT] [--message TEXT]

Changes what is still to come: \`--end now\` ends one early, and what has been of it stays as it was. Maintenance of
services.yml is changed there.

  --start INSTANT  like 2026-12-01T02:00Z, or now; of one that has not begun
  --end INSTANT    likewise
${REST}`,
  operand: 'ID',
  options: { ...SAYING_OPTIONS, start: { type: 'string' }, end: { type: 'string' } },
  run: (flags, io) => saying('maintenance update', io, () => write(flags, io, false)),
};

export const cancel: Verb = {
  summary: 'call a maintenance off',
  help: `usage: vedette maintenance cancel ID [--message TEXT]

Calls a maintenance off. One that has begun ends now, and what has been of it stays as it was.

${REST}`,
  operand: 'ID',
  options: SAYING_OPTIONS,
  run: (flags, io) => saying('maintenance cancel', io, () => write(flags, io, true)),
};

async function write(flags: Flags, io: Io, isCancelling: boolean): Promise<number> {
  const loaded = await configOf(flags, io);
  if (!loaded) return 1;
  const config = loaded === 'none' ? { renamed: new Map<string, string>() } : loaded;
  const writer = writerOf(flags, io);
  const text = await messageIn(flags);
  const startsAt = instantIn('start', flags.start, writer.now);
  const endsAt = instantIn('end', flags.end, writer.now);
  const event = await writeMaintenance(flags, config, (all) => {
    const entry = found('maintenance', flags.ID, all);
    if (isCancelling) return cancelMaintenance(entry, text, writer);
    return changeMaintenance(
      entry,
      {
        ...(startsAt !== undefined && { startsAt }),
        ...(endsAt !== undefined && { endsAt }),
        ...(text !== undefined && { text }),
      },
      writer,
    );
  });
  return done(event.maintenance, isCancelling ? 'Cancelled.' : 'Written.', flags, io);
}
