/** What the page's script may have to say, worked out here: it has no room for languages. `%` stands for what it fills in. */
import type { Words } from '../messages/en.ts';

/** In an order that the script knows, too: names would cost it room. */
export type ScriptWords = readonly [
  old: string,
  oldByClock: string,
  ago: string,
  newer: string,
  reload: string,
  lastKnownSentence: string,
  lastKnown: string,
  /** Words that begin so are not marked: they say it already, or that nothing is known. */
  saysSo: readonly string[],
  /** By the unit's number and the plural category: "1other" → "% h". */
  spans: Readonly<Record<string, string>>,
];

const UNITS = ['minute', 'hour', 'day'] as const;
/** Numbers of every category that a language may have. */
const SAMPLES = [0, 1, 2, 3, 11, 100];

export function scriptWords(
  { age, lastKnown, lastKnownSentence, states, notReadLately, span }: Words,
  language: string,
): ScriptWords {
  const rules = new Intl.PluralRules(language);
  const spans = UNITS.flatMap((unit, index) =>
    SAMPLES.map((count) => [`${index}${rules.select(count)}`, templateOf(span({ unit, count }), count)] as const),
  );
  return [
    age.old('%'),
    age.oldByClock('%'),
    age.lastKnownAgo('', '%'),
    age.newer,
    age.reload,
    lastKnownSentence,
    lastKnown,
    [lastKnown.trim(), states.unknown, notReadLately],
    Object.fromEntries(spans),
  ];
}

/** "5 h" → "% h"; what names its number in a word has no place for one. */
function templateOf(text: string, count: number): string {
  return text.replace(String(count), '%');
}
