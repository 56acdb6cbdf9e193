/** The history as pages and verdicts need it: the last rounds one by one, days as digests, renamed services joined. */

import { join } from 'node:path';
import type { IncidentEvent } from '../incidents/event.ts';
import type { MaintenanceEvent } from '../incidents/maintenance-event.ts';
import { lines, probesOf, rawPath, readableRounds } from './compact.ts';
import { type DayDigest, parseDaily } from './day-digest.ts';
import { dayOf, instantOf, monthOf } from './days.ts';
import { digestDaily } from './digest.ts';
import { readIncidents, readMaintenance } from './event-folders.ts';
import { parseJson } from './files.ts';
import { asText, daysIn, type HistoryFiles, openFolder } from './folder.ts';
import { parsingOnce } from './lines.ts';
import { type History, readRounds } from './store.ts';

export interface LoadOptions {
  /** The newest rounds are read one by one: whole days of them, until there are so many. */
  leastRounds: number;
  /** Digests from the UTC day on that lies so far back from the newest round, however long ago that was. */
  backMs: number;
  /** Old id of a service → the one that inherits its history. */
  renamed: ReadonlyMap<string, string>;
}

export interface LoadedHistory extends History {
  /** By day, then by location; days without a digest yet are worked out from their rounds. */
  days: DayDigest[];
  /** What happened to incidents, in order of time. */
  incidents: IncidentEvent[];
  /** What people have said of maintenance, in order of time. */
  maintenance: MaintenanceEvent[];
  /** When it began, as it says itself. */
  createdAt?: number;
  /** Of which there are observations, `2026-11`, however far back; some have not been read. */
  months: string[];
}

export async function loadHistory(folder: string, options: LoadOptions): Promise<LoadedHistory> {
  const { leastRounds, backMs, renamed } = options;
  const files = openFolder(folder);
  const days = await daysIn(files, 'raw');
  // Of the newest there are, however long ago that was: how old they are is for the page to say.
  const since = await firstDayOf(leastRounds, days, files);
  const parse = parsingOnce();
  const { rounds, warnings, errors } = await readRounds(folder, since, parse);
  const history: LoadedHistory = {
    rounds: rounds.map((round) => renameIn(round, renamed)),
    days: [],
    maintenance: [],
    incidents: [],
    months: await monthsIn(files, days),
    warnings,
    errors,
  };
  const schemas = await readSchemas(files, renamed);
  const from = dayOf(Math.max(0, (rounds.at(-1)?.at ?? 0) - backMs));
  await readDigests(files, folder, from, schemas, history);
  const [incidents, maintenance] = [await readIncidents(files, folder), await readMaintenance(files, folder)];
  history.incidents = incidents.lines;
  history.maintenance = maintenance.lines;
  for (const said of [incidents, maintenance]) {
    history.warnings.push(...said.warnings);
    history.errors.push(...said.errors);
  }
  const digested = new Set(history.days.map(({ day }) => day));
  for (const day of days) {
    if (day < from || digested.has(day)) continue;
    const text = (await files.read(rawPath(day))) ?? '';
    const { daily, schemas: own } = digestDaily(day, await readableRounds(files, text, parse));
    const names = new Map(own.map(({ name, text }) => [name, renamedAddresses(probesOf(text)!, renamed)]));
    for (const line of daily) {
      const digest = parseDaily(asText(line), (name) => names.get(name));
      if (!('problem' in digest)) history.days.push(digest);
    }
  }
  history.days.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.location < b.location ? -1 : 1));
  const createdAt = await createdAtOf(files);
  return createdAt === undefined ? history : { ...history, createdAt };
}

async function monthsIn(files: HistoryFiles, rawDays: readonly string[]): Promise<string[]> {
  const digested = (await files.names('daily')).filter((name) => /^\d{4}-\d\d\.ndjson$/.test(name));
  return [...new Set([...digested, ...rawDays].map((name) => name.slice(0, 7)))].sort();
}

async function createdAtOf(files: HistoryFiles): Promise<number | undefined> {
  const meta = parseJson((await files.read('meta.json')) ?? '') as { created?: unknown } | undefined;
  const at = typeof meta?.created === 'string' ? Date.parse(meta.created) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

async function firstDayOf(leastRounds: number, days: readonly string[], files: HistoryFiles): Promise<number> {
  let rounds = 0;
  let first = days.at(-1) ?? '1970-01-01';
  for (const day of days.toReversed()) {
    if (rounds >= leastRounds) break;
    rounds += lines((await files.read(rawPath(day))) ?? '').length;
    first = day;
  }
  return instantOf(first);
}

async function readDigests(
  files: HistoryFiles,
  folder: string,
  from: string,
  schemas: ReadonlyMap<string, readonly string[]>,
  { days, warnings, errors }: LoadedHistory,
): Promise<void> {
  for (const name of await files.names('daily')) {
    if (!/^\d{4}-\d\d\.ndjson$/.test(name) || name < `${monthOf(from)}.ndjson`) continue;
    const text = asText((await files.read(`daily/${name}`)) ?? '');
    for (const [index, line] of text.split('\n').entries()) {
      if (line === '') continue;
      const digest = parseDaily(line, (schema) => schemas.get(schema));
      if (!('problem' in digest)) {
        if (digest.day >= from && `${digest.day.slice(0, 7)}.ndjson` === name) days.push(digest);
        continue;
      }
      const list = digest.isNewer ? warnings : errors;
      list.push(`${join(folder, 'daily', name)}:${index + 1}  ${digest.problem}`);
    }
  }
}

async function readSchemas(
  files: HistoryFiles,
  renamed: ReadonlyMap<string, string>,
): Promise<Map<string, readonly string[]>> {
  const schemas = new Map<string, readonly string[]>();
  for (const file of await files.names('schema')) {
    const probes = probesOf(await files.read(`schema/${file}`));
    if (probes) schemas.set(file.replace('.json', ''), renamedAddresses(probes, renamed));
  }
  return schemas;
}

function renamedAddresses(addresses: readonly string[], renamed: ReadonlyMap<string, string>): readonly string[] {
  if (renamed.size === 0) return addresses;
  return addresses.map((address) => {
    const [service = '', probe = ''] = address.split('/');
    return `${renamed.get(service) ?? service}/${probe}`;
  });
}

function renameIn(round: History['rounds'][number], renamed: ReadonlyMap<string, string>): History['rounds'][number] {
  if (renamed.size === 0) return round;
  const observations = round.observations.map((observation) => {
    const service = renamed.get(observation.service);
    return service === undefined ? observation : { ...observation, service };
  });
  return { ...round, observations };
}
