/** Ids as Statuspage has them: twelve of a to z and 0 to 9, always the same for the same thing. */
import { createHash } from 'node:crypto';

export type Kind = 'page' | 'component' | 'group' | 'incident' | 'maintenance' | 'update';

const LENGTH = 12;

/** `slug` is what the thing is called in addresses and in the history. */
export function statuspageId(kind: Kind, slug: string): string {
  const digest = createHash('sha256').update(`${kind}:${slug}`).digest('hex');
  // 64 bits are at most 13 digits in base 36; the last ones are as evenly spread as all of them.
  return BigInt(`0x${digest.slice(0, 16)}`)
    .toString(36)
    .padStart(LENGTH, '0')
    .slice(-LENGTH);
}
