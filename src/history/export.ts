/** The rounds for other programs: one row an observation, or one line a round as `vedette import` takes them back. */
import type { RecordedRound, Value } from '../model.ts';

export const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = [
  'at',
  'round',
  'location',
  'service',
  'probe',
  'outcome',
  'reason',
  'phase',
  'code',
  'latencyMs',
  'attempts',
  'values',
  'version',
] as const;

export function* exported(rounds: Iterable<RecordedRound>, format: ExportFormat): Generator<string> {
  if (format === 'csv') yield `${COLUMNS.join(',')}\r\n`;
  for (const round of rounds) yield format === 'csv' ? asRows(round) : `${JSON.stringify(asObject(round))}\n`;
}

function asObject({ id, at, location, observations, isProberFault, canaries }: RecordedRound): object {
  return {
    at: new Date(at).toISOString(),
    id,
    location,
    ...(isProberFault && { proberFault: true }),
    ...(canaries && { canaries }),
    observations,
  };
}

function asRows({ id, at, location, observations, isProberFault }: RecordedRound): string {
  return observations
    .map((observation) => {
      const values = observation.values?.map(inWords).join('; ');
      const row = { ...observation, values, at: new Date(at).toISOString(), round: id, location };
      // What our own failure made it look like is no outcome of the service.
      const shown = isProberFault ? { ...row, outcome: 'unknown', reason: 'prober-fault' } : row;
      return `${COLUMNS.map((column) => cell((shown as Record<string, unknown>)[column])).join(',')}\r\n`;
    })
    .join('');
}

/** "free=71.5%" */
function inWords({ name, value, unit = '' }: Value): string {
  return `${name}=${value}${unit}`;
}

/** RFC 4180. */
function cell(value: unknown): string {
  const text = value === undefined ? '' : String(value);
  // A spreadsheet must not take it for a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
