/** `vedette history status`: since when, with which gaps, how large. */
import type { Verb } from '../../cli.ts';
import { openFolder } from '../../history/folder.ts';
import { type Survey, survey } from '../../history/survey.ts';
import { instantInWords, plural } from '../../units.ts';
import { existingFolder, HISTORY_OPTION } from './folder.ts';

export const status: Verb = {
  summary: 'since when, with which gaps, how large',
  help: `usage: vedette history status [--history DIR] [--json]

  --history DIR    where observations are kept (default history)
  --json           print one JSON object`,
  options: { ...HISTORY_OPTION, json: { type: 'boolean', default: false } },
  async run(flags, io) {
    const folder = await existingFolder(flags, io);
    if (folder === undefined) return 1;
    const result = await survey(openFolder(folder));
    io.stdout.write(flags.json ? `${JSON.stringify(asJson(result))}\n` : inWords(result));
    return 0;
  },
};

function asJson({ span, ...rest }: Survey): object {
  const iso = (at: number): string => new Date(at).toISOString();
  return { span: span ? { from: iso(span.from), to: iso(span.to) } : null, ...rest, bytesAProbe: bytesAProbe(rest) };
}

function bytesAProbe({ bytes, readings }: Pick<Survey, 'bytes' | 'readings'>): number | null {
  const total = Object.values(bytes).reduce((sum, size) => sum + size, 0);
  return readings === 0 ? null : Number((total / readings).toFixed(2));
}

function inWords({ span, rounds, readings, days, locations, probes, gaps, bytes }: Survey): string {
  if (!span) return 'The history is empty.\n';
  const total = Object.values(bytes).reduce((sum, size) => sum + size, 0);
  const kinds = Object.entries(bytes).filter(([, size]) => size > 0);
  const rows: [string, string][] = [
    ['known', `${instantInWords(span.from)} to ${instantInWords(span.to)}`],
    ['readings', `${readings.toLocaleString('en')} of ${plural(probes.length, 'probe')} by ${locations.join(', ')}`],
    ['details', `${plural(rounds, 'round')} of ${plural(days.raw, 'day')}, hours of ${plural(days.hourly, 'day')}`],
    ['digests', plural(days.digested, 'day')],
    ['gaps', gaps.length === 0 ? 'no whole day is missing' : gapsInWords(gaps)],
    ['size', `${inBytes(total)}: ${kinds.map(([kind, size]) => `${kind} ${inBytes(size)}`).join(', ')}`],
    ['', `${bytesAProbe({ bytes, readings })} bytes a reading in this folder, without what git keeps`],
  ];
  return rows.map(([label, text]) => `${label.padEnd(10)}${text}\n`).join('');
}

const SHOWN_GAPS = 5;

function gapsInWords(gaps: Survey['gaps']): string {
  const words = gaps.slice(-SHOWN_GAPS).map(({ from, to }) => (from === to ? from : `${from} to ${to}`));
  const older = gaps.length > SHOWN_GAPS ? ` and ${gaps.length - SHOWN_GAPS} older` : '';
  return `${words.join(', ')}${older}`;
}

function inBytes(size: number): string {
  if (size < 1000) return `${size} B`;
  return size < 1_000_000 ? `${(size / 1000).toFixed(1)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}
