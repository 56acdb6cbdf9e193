/** `vedette maintenance list`: what people have announced, and what services.yml says. */
import { windowsOf } from '../../calendar/recurrence.ts';
import type { Verb } from '../../cli.ts';
import { readMaintenance } from '../../history/event-folders.ts';
import { openFolder } from '../../history/folder.ts';
import { announcedFrom } from '../../incidents/maintenance.ts';
import type { Maintenance } from '../../model.ts';
import { instantInWords } from '../../units.ts';
import { CONFIG_OPTION, configOf, HISTORY_OPTION } from '../history/folder.ts';
import { table } from '../table.ts';

/** What repeats is listed once, with its next time in so long. */
const AHEAD_MS = 366 * 86_400_000;

export const list: Verb = {
  summary: 'list what is announced, here and in services.yml',
  help: `usage: vedette maintenance list [--json]

Maintenance by its start. That of services.yml has no id, and of what repeats the time that lasts or comes next is listed.

  --json           a JSON list
  --config FILE    what is watched (default services.yml)
  --history DIR    where it is (default history)`,
  options: { ...HISTORY_OPTION, ...CONFIG_OPTION, json: { type: 'boolean', default: false } },
  async run(flags, io) {
    const config = await configOf(flags, io);
    if (!config) return 1;
    const folder = String(flags.history);
    const { lines, warnings, errors } = await readMaintenance(openFolder(folder), folder);
    for (const problem of [...warnings, ...errors]) io.stderr.write(`warning: ${problem}\n`);
    const now = Date.now();
    const announced = announcedFrom(lines, config === 'none' ? undefined : config.renamed).map((entry) => {
      const repeat = entry.isCancelled ? undefined : entry.repeat;
      return { ...entry, ...(repeat && nextOf({ ...entry, repeat }, now)[0]) };
    });
    const configured = config === 'none' ? [] : config.maintenance.flatMap((entry) => nextOf(entry, now));
    const all = [...announced, ...configured].map((entry) => ({ ...entry, status: statusOf(entry, now) }));
    all.sort((a, b) => a.startsAt - b.startsAt || (a.title < b.title ? -1 : 1));
    if (flags.json) {
      const iso = (at: number): string => new Date(at).toISOString();
      const json = all.map(({ id, title, services, status, startsAt, endsAt, sequence }) => {
        return { id, title, services, status, start: iso(startsAt), end: iso(endsAt), sequence };
      });
      io.stdout.write(`${JSON.stringify(json)}\n`);
      return 0;
    }
    const rows = all.map(({ id = '-', title, services, status, startsAt, endsAt }) => [
      id,
      status,
      instantInWords(startsAt),
      instantInWords(endsAt),
      services.join(','),
      title,
    ]);
    io.stdout.write(
      rows.length === 0
        ? 'There is no maintenance.\n'
        : table(['ID', 'STATUS', 'START', 'END', 'SERVICES', 'TITLE'], rows),
    );
    return 0;
  },
};

interface Listed extends Omit<Maintenance, 'repeat'> {
  id?: string;
  isCancelled?: boolean;
  sequence?: number;
}

function nextOf({ title, services, ...entry }: Maintenance, now: number): Listed[] {
  const whole = { title, services, ...entry };
  const [next] = entry.repeat ? windowsOf(whole, { from: now, to: now + AHEAD_MS }) : [entry];
  return next ? [{ title, services, startsAt: next.startsAt, endsAt: next.endsAt }] : [];
}

function statusOf({ isCancelled, startsAt, endsAt }: Listed, now: number): string {
  if (isCancelled) return 'cancelled';
  return now < startsAt ? 'scheduled' : now < endsAt ? 'in_progress' : 'completed';
}
