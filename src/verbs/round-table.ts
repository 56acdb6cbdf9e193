/** A round in the terminal: a line for each probe, a sentence for the whole. */
import { styleText } from 'node:util';
import type { Io } from '../cli.ts';
import type { Observation, Outcome } from '../model.ts';
import type { Unwritten } from '../round/keep.ts';
import type { RoundResult } from '../round.ts';
import { plural } from '../units.ts';

const COLOURS = { up: 'green', degraded: 'yellow', down: 'red', unknown: 'gray' } as const satisfies Record<
  Outcome,
  string
>;

/** `shown`: those that get a line. */
export function table(
  { observations, verdict, durationMs }: RoundResult,
  shown: readonly Observation[],
  { stdout }: Io,
): string {
  const header = ['SERVICE', 'PROBE', 'OUTCOME', 'LATENCY', 'REASON'];
  const rows = shown.map((observation) => [
    observation.service,
    observation.probe,
    observation.outcome,
    latency(observation),
    reason(observation),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[], colour?: (typeof COLOURS)[Outcome] | 'bold'): string =>
    cells
      .map((cell, column) => {
        const padded = column === cells.length - 1 ? cell : cell.padEnd(widths[column]!);
        const isColoured = colour === 'bold' || (colour && column === 2);
        return isColoured ? styleText(colour, padded, { stream: stdout, validateStream: true }) : padded;
      })
      .join('  ')
      .trimEnd();
  const counts = [...Map.groupBy(observations, ({ outcome }) => outcome)].map(
    ([outcome, list]) => `${list.length} ${outcome}`,
  );
  const summary =
    observations.length === 0
      ? 'Nothing to probe.'
      : `${plural(observations.length, 'probe')} in ${(durationMs / 1000).toFixed(1)} s: ${counts.join(', ')}.`;
  return [
    ...(rows.length > 0 ? [line(header, 'bold')] : []),
    ...rows.map((row, index) => line(row, COLOURS[shown[index]!.outcome])),
    ...(rows.length > 0 ? [''] : []),
    summary,
    ...(verdict.isProberFault ? [faultInWords(verdict)] : []),
    '',
  ].join('\n');
}

export function unwrittenInWords({ message, file }: Unwritten, folder: string): string {
  const where = file === undefined ? 'and are lost' : `and are kept in ${file}; the next round adds them`;
  return `the observations cannot be written to ${folder} (${message}) ${where}`;
}

function faultInWords({ canaries }: RoundResult['verdict']): string {
  return canaries === undefined
    ? 'Prober fault: too many services went silent at once; our own network probably failed.'
    : 'Prober fault: no canary answered; our own network failed.';
}

function latency({ latencyMs, phases }: Observation): string {
  const parts = Object.entries(phases).map(([phase, ms]) => `${phase} ${Math.round(ms)}`);
  return `${Math.round(latencyMs)} ms (${parts.join(', ')})`;
}

function reason({ reason, phase, message, attempts, warnings }: Observation): string {
  const label =
    reason === undefined || message.startsWith(reason)
      ? ''
      : `${reason}${reason === 'timeout' && phase ? `@${phase}` : ''}: `;
  const retried = attempts.length > 1 ? ` (${plural(attempts.length, 'attempt')})` : '';
  // What a server wrote must not steer the terminal.
  const text = `${label}${message}${retried}${warnings.map((warning) => `; ${warning}`).join('')}`;
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
}
