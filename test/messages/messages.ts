/** Catalogues gone through message by message. */
import { en, type Words } from '../../src/messages/en.ts';

export interface Message {
  path: string;
  texts: readonly string[];
}

/** What a message is given; every kind of argument that there is, and numbers of every plural category. */
const ARGUMENTS: readonly (readonly unknown[])[] = [0, 1, 2, 3, 11, 100].flatMap((n) => [
  [n, n + 1, n, n, n],
  ['⟦a⟧', '⟦b⟧', '⟦c⟧', '⟦d⟧', '⟦e⟧', '⟦f⟧'],
  ['⟦a⟧', n, 'degraded', true, '⟦e⟧'],
  ['⟦a⟧', '⟦b⟧', true, false],
  [n, '⟦b⟧', '⟦c⟧', '⟦d⟧', '⟦e⟧'],
  ['hard', '⟦b⟧', 'hard'],
  ['first', '⟦b⟧'],
  ['minor'],
]);

/** Helpers that form messages and are none. */
const NO_MESSAGES = new Set(
  [
    'direction between comma isolate clauses lowered count amount decimal list monthOfYear month percent span'.split(
      ' ',
    ),
  ].flat(),
);

/** Every message with every text that it can be made to say here. */
export function messagesOf(words: Words): Message[] {
  return walk(words, '').map(({ path, value }) => ({
    path,
    texts: typeof value === 'string' ? [value] : saidBy(value),
  }));
}

function walk(value: object, path: string): { path: string; value: string | ((...given: unknown[]) => unknown) }[] {
  return Object.entries(value).flatMap(([key, each]) => {
    const at = path === '' ? key : `${path}.${key}`;
    if (NO_MESSAGES.has(at)) return [];
    return typeof each === 'object' ? walk(each, at) : [{ path: at, value: each }];
  });
}

function saidBy(message: (...given: unknown[]) => unknown): string[] {
  const texts = ARGUMENTS.flatMap((given) => {
    try {
      return [String(message(...given))];
    } catch {
      // Not what this message takes.
      return [];
    }
  });
  return [...new Set(texts)];
}

/** English phrases of two words or more, and long words, that `words` does not say as well. */
export function englishOnly(words: Words): string[] {
  const own = messagesOf(words)
    .flatMap(({ texts }) => texts)
    .join('\n')
    .toLowerCase();
  const phrases = messagesOf(en).flatMap(({ texts }) => texts.flatMap(fragmentsOf));
  return [...new Set(phrases)].filter((phrase) => !own.includes(phrase.toLowerCase()));
}

/** What stands between the pieces that a message was given. */
function fragmentsOf(text: string): string[] {
  return text
    .split(/⟦\w⟧|\d[\d,.]*|undefined|true|false|NaN|hard|first|minor|degraded|[(){}:;,.%"/…<]/)
    .map((fragment) => fragment.trim())
    .filter((fragment) => /^\p{L}.*\p{L}$/u.test(fragment) && (fragment.includes(' ') || fragment.length > 5));
}
