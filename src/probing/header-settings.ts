/** `headers:` of kinds that send some: lower-case name → one line of text. */
import { z } from 'zod';

const NAME_RULE = 'expected the name of a header';
const VALUE_RULE = 'expected one line of Latin-1 characters';

/** `ours` are names that the kind sets itself. */
export function headers(ours: readonly string[]): z.ZodType<Record<string, string>> {
  return z.record(
    z
      .string()
      .regex(/^[!#$%&'*+.^_`|~\w-]+$/, NAME_RULE)
      .toLowerCase()
      .refine((name) => !ours.includes(name), `expected none of those that the probe sets itself: ${ours.join(', ')}`),
    // Node sends no others, and says so by throwing.
    z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, VALUE_RULE),
  ) as never;
}
