/** The languages that there are. A new one is a file beside this one and a line here; the compiler says what it lacks. */
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type Words } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';

const CATALOGUES = { en, de, fr, es, ja, ar } satisfies Record<string, Words>;

export type Language = keyof typeof CATALOGUES;
export const LANGUAGES = Object.keys(CATALOGUES) as readonly Language[];

/** `de-AT` → `de`; undefined when there is no catalogue for it. */
export function languageOf(tag: string): Language | undefined {
  const { language } = new Intl.Locale(tag);
  return LANGUAGES.find((known) => known === language);
}

/** Of a tag that the configuration has let through. */
export function wordsIn(tag: string): Words {
  return CATALOGUES[languageOf(tag) ?? 'en'];
}
