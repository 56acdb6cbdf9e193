/** `vedette incident list`: what is open, and what was. */
import type { Verb } from '../../cli.ts';
import { readIncidents } from '../../history/event-folders.ts';
import { openFolder } from '../../history/folder.ts';
import { type Incident, incidentsFrom, isOpen } from '../../incidents/incident.ts';
import { titleOf } from '../../incidents/words.ts';
import { instantInWords } from '../../units.ts';
import { CONFIG_OPTION, configOf, HISTORY_OPTION } from '../history/folder.ts';
import { table } from '../table.ts';

/** Of those that are over; programs get all. */
const SHOWN = 20;

export const list: Verb = {
  summary: 'list what is open, then what is over',
  help: `usage: vedette incident list [--json]

Incidents that people or Vedette have opened: those that are open first, then the newest first.

  --json           a JSON list of all there ever were
  --config FILE    what services are called (default services.yml)
  --history DIR    where they are (default history)`,
  options: { ...HISTORY_OPTION, ...CONFIG_OPTION, json: { type: 'boolean', default: false } },
  async run(flags, io) {
    const config = await configOf(flags, io);
    if (!config) return 1;
    const folder = String(flags.history);
    const { lines, warnings, errors } = await readIncidents(openFolder(folder), folder);
    for (const problem of [...warnings, ...errors]) io.stderr.write(`warning: ${problem}\n`);
    const services = config === 'none' ? [] : config.services;
    const names = new Map(services.map(({ id, name }) => [id, name]));
    const nameOf = (id: string): string => names.get(id) ?? id;
    const incidents = incidentsFrom(lines, config === 'none' ? undefined : config.renamed).sort(
      (a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.startsAt - a.startsAt || (a.id < b.id ? -1 : 1),
    );
    if (flags.json) {
      io.stdout.write(`${JSON.stringify(incidents.map((incident) => asJson(incident, titleOf(incident, nameOf))))}\n`);
      return 0;
    }
    const open = incidents.filter(isOpen);
    const over = incidents.filter((incident) => !isOpen(incident));
    const rows = [...open, ...over.slice(0, SHOWN)].map((incident) => [
      incident.id,
      incident.status,
      incident.peakImpact,
      instantInWords(incident.startsAt),
      incident.endsAt === undefined ? '' : instantInWords(incident.endsAt),
      titleOf(incident, nameOf),
    ]);
    io.stdout.write(
      rows.length === 0
        ? 'There are no incidents.\n'
        : table(['ID', 'STATUS', 'IMPACT', 'BEGAN', 'ENDED', 'TITLE'], rows),
    );
    if (over.length > SHOWN) io.stdout.write(`… and ${over.length - SHOWN} more that are over; --json lists them\n`);
    return 0;
  },
};

function asJson(incident: Incident, title: string): object {
  const iso = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : new Date(at).toISOString();
  const { id, status, peakImpact, openedBy, startsAt, endsAt, updatedAt, cause, affected, events } = incident;
  return {
    id,
    title,
    status,
    impact: peakImpact,
    openedBy,
    start: iso(startsAt),
    end: iso(endsAt),
    updated: iso(updatedAt),
    cause,
    services: [...affected.keys()],
    updates: events.length,
  };
}
