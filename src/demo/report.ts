/** What the terminal shows of a round: when, what the story does, and what the page says about it. */
import { styleText } from 'node:util';
import type { Service } from '../config/config.ts';
import { OUTCOMES, type State } from '../model.ts';
import { instantInWords } from '../units.ts';
import type { Watched } from './watch.ts';

export interface Told {
  number: number;
  /** What the story did before the round; undefined when it is over. */
  says: string | undefined;
  watched: Watched;
}

/** Where it is written: colour only for a terminal, and not against NO_COLOR; wrapped to its width. */
export type Paper = NodeJS.WriteStream;
type Style = Parameters<typeof styleText>[0];

const INDENT = '  ';
const COLOURS = {
  operational: 'green',
  degraded: 'yellow',
  partial_outage: 'red',
  major_outage: 'red',
  maintenance: 'blue',
  unknown: 'magenta',
} as const satisfies Record<State, Style>;

export function roundInWords({ number, says, watched }: Told, services: readonly Service[], paper: Paper): string {
  const { round, headline, overall } = watched;
  const time = instantInWords(round.at, 'second').slice(11);
  const lines = [
    `${paint(`Round ${number}`, 'bold', paper)}  ${paint(time, 'dim', paper)}${says === undefined ? '' : `  ${says}`}`,
    ...wrapped(headline.verdict, paper).map((line) => paint(line, [COLOURS[overall], 'bold'], paper)),
    ...headline.because.flatMap((sentence) => wrapped(sentence, paper)),
    ...wrapped(`Readings: ${readingsInWords(watched, services)}.`, paper).map((line) => paint(line, 'dim', paper)),
  ];
  return `${lines.join('\n')}\n\n`;
}

/** The same as long as nothing happens: the times in the sentences do not count. */
export function gistOf({ headline, round }: Watched): string {
  return [headline.verdict, ...round.observations.map(({ service, outcome }) => `${service} ${outcome}`)].join('\n');
}

export function paint(text: string, style: Style, paper: Paper): string {
  return styleText(style, text, { stream: paper, validateStream: true });
}

/** "9 up, 3 degraded (Queue, API and …)": before any confirmation, so one sees what the page does not say yet. */
function readingsInWords({ round }: Watched, services: readonly Service[]): string {
  const names = new Map(services.map(({ id, name }) => [id, name]));
  const byOutcome = Map.groupBy(round.observations, ({ outcome }) => outcome);
  return OUTCOMES.flatMap((outcome) => {
    const list = byOutcome.get(outcome);
    if (!list) return [];
    const isExplained = outcome !== 'up' && list.length < round.observations.length;
    return [
      `${list.length} ${outcome}${isExplained ? ` (${list.map(({ service }) => names.get(service)).join(', ')})` : ''}`,
    ];
  }).join(', ');
}

const NARROWEST = 40;
const WIDEST = 110;

/** Only for a terminal; in a file or a pipe a sentence stays one line. */
function wrapped(sentence: string, paper: Paper): string[] {
  const width = paper.isTTY ? Math.min(WIDEST, Math.max(NARROWEST, paper.columns ?? 80)) : Number.POSITIVE_INFINITY;
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const longer = lines.length === 0 ? undefined : `${lines.at(-1)} ${word}`;
    if (longer !== undefined && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(INDENT + word);
  }
  return lines;
}
