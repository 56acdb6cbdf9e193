/** What messages are given: instants, spans, numbers and lists as a catalogue's language writes them. */
import { instantInWords, roughly } from '../units.ts';
import type { Words } from './en.ts';

/** More names than this are counted, not listed. */
const MAX_NAMES = 3;

/** "A, B and C"; "A, B, C and 7 more". */
export function listed({ list, more }: Words, names: readonly string[]): string {
  if (names.length <= MAX_NAMES + 1) return list(names);
  return list([...names.slice(0, MAX_NAMES), more(names.length - MAX_NAMES)]);
}

/** `2026-12-07 02:00 UTC` in every language. */
export function instant({ isolate }: Words, at: number, precision?: 'minute' | 'second'): string {
  return isolate(instantInWords(at, precision));
}

/** `90_000` → "2 min". */
export function span(words: Words, ms: number): string {
  return words.span(roughly(ms));
}

/** In whole milliseconds, however many. Units of measurement are the same everywhere. */
export function latency({ isolate }: Words, ms: number): string {
  return isolate(`${Math.round(ms)} ms`);
}

/** `4.1` → "4.1 %". */
export function percentOf({ percent }: Words, value: number, least = 0, most = least): string {
  return percent(value, least, most);
}

const DAY_MS = 86_400_000;

/** A span of whole days, or shorter in its own unit. */
export function wholeSpan(words: Words, ms: number): string {
  return ms < DAY_MS ? span(words, ms) : words.service.wholeDays(Math.round(ms / DAY_MS));
}
