/** What many keys of services.yml hold: texts, durations, ids, addresses. */
import { z } from 'zod';
import { duration, durationInWords } from '../units.ts';

const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const ID_RULE = 'expected lower-case letters, digits and single hyphens';
const ADDRESS_SCHEMES = ['http:', 'https:', 'mailto:'];

/** Control characters and direction overrides can make a text look like another one; nobody writes them on purpose. */
const DISGUISE = /[\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]/u;

export function text() {
  return z
    .string()
    .trim()
    .min(1, 'expected some text')
    .refine((value) => !DISGUISE.test(value.replaceAll(/[\n\t]/g, '')), 'expected text without control characters');
}

export function positiveDuration(maxMs = Number.POSITIVE_INFINITY) {
  return duration()
    .refine((ms) => ms > 0, 'expected a duration above zero')
    .refine((ms) => ms <= maxMs, `expected a duration of at most ${durationInWords(maxMs)}`);
}

export function id() {
  return z.string().regex(ID, ID_RULE);
}

/** An address that the page will link to: anything that could run as script in a browser is refused here. */
export function address(schemes = ADDRESS_SCHEMES, rule = 'expected an address with http://, https:// or mailto:') {
  return z
    .string(rule)
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), rule)
    .meta({ format: 'uri' });
}
