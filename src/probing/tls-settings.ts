/** The `tls:` block, the same wherever a kind can speak TLS, and what an ending certificate makes of a reading. */
import { z } from 'zod';
import { duration } from '../units.ts';
import type { ProbeResult } from './define-probe.ts';
import type { TlsFacts } from './tls.ts';

const DAY_MS = 86_400_000;

/** The keys of the block; the kind `tls` has them beside its host and port. */
export const tlsKeys = {
  ca: z.string().min(1).describe('File with the certificates to trust instead of the usual ones, PEM.').optional(),
  cert: z.string().min(1).describe('File with our own certificate for servers that ask for one, PEM.').optional(),
  key: z.string().min(1).describe('File with the key of `cert`, PEM.').optional(),
  serverName: z.string().min(1).describe('Name to ask for and to expect; that of the target when absent.').optional(),
  verify: z.boolean().describe('Whether the certificate must be trusted and for the right name.').default(true),
  minVersion: z
    .union([z.literal(1.2), z.literal(1.3)])
    .describe('The oldest TLS version that is good enough.')
    .default(1.2),
  expiresWithin: z
    .strictObject({
      degraded: duration()
        .describe('Degraded when the certificate ends sooner than this.')
        .default(14 * DAY_MS),
      down: duration().describe('Down when it ends sooner than this.').default(0),
    })
    .describe('How close the end of the certificate, or of one in its chain, may come.')
    .prefault({}),
};

export const tlsSettings = z
  .strictObject(tlsKeys)
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'expected `cert` and `key` together')
  .describe('How TLS is spoken.');
export type TlsSettings = z.output<typeof tlsSettings>;

/** The files that a block names, for `vedette check`. */
export function tlsFiles({ ca, cert, key }: Pick<TlsSettings, 'ca' | 'cert' | 'key'>): string[] {
  return [ca, cert, key].filter((file) => file !== undefined);
}

/** Undefined while the certificate is good for long enough. `message` is what the reading says otherwise. */
export function expiryOf(
  { chainNotAfter }: TlsFacts,
  { expiresWithin }: Pick<TlsSettings, 'expiresWithin'>,
  now: number,
  message: string,
): ProbeResult | undefined {
  const leftMs = Date.parse(chainNotAfter) - now;
  const outcome = leftMs < expiresWithin.down ? 'down' : leftMs < expiresWithin.degraded ? 'degraded' : undefined;
  if (outcome === undefined) return undefined;
  const days = Math.max(0, Math.floor(leftMs / DAY_MS));
  const words = days === 1 ? '1 day' : `${days} days`;
  return { outcome, reason: 'expiring', message: `${message}; the certificate ends in ${words}` };
}

export const UNVERIFIED = 'the certificate was not verified, because services.yml says so';
