/** What settings of several kinds of channels are made of. */
import { z } from 'zod';

/** An address of a receiver; it may hold a secret, so no message repeats it. */
export function receiver(meaning: string, example: string) {
  return z
    .string('expected an address with https:// or http://')
    .refine(isWeb, 'expected an address with https:// or http://, best as ${NAME} from the environment')
    .refine(
      (text) => !isWeb(text) || `${new URL(text).username}${new URL(text).password}` === '',
      'expected an address without a user; what a receiver wants to know stands in keys of its own',
    )
    .describe(meaning)
    .meta({ examples: [example] });
}

function isWeb(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

/** One value may stand for the whole mapping: `slack: ${SLACK_URL}`. */
export function orShort<Schema extends z.ZodType>(key: string, meaning: string, schema: Schema) {
  return z
    .preprocess((value) => (typeof value === 'string' ? { [key]: value } : value), schema)
    .describe(meaning)
    .meta({ shorthand: { type: 'string' } });
}

/** Not empty, and on one line: it goes into a header. */
export function secret(meaning: string) {
  return z
    .string()
    .min(1, 'expected some text')
    .regex(/^[^\p{Cc}]*$/u, 'expected text without control characters')
    .describe(meaning);
}
