/** `tls: true` or a block, for kinds that speak TLS only when told to. */
import { z } from 'zod';
import { type TlsSettings, tlsSettings } from './tls-settings.ts';

/** Undefined when services.yml says nothing about it. */
export function tlsChoice(): z.ZodType<TlsSettings | undefined> {
  return z
    .preprocess((value, context) => {
      if (value === true) return {};
      if (typeof value === 'object') return value;
      context.addIssue({ code: 'custom', message: 'expected true or a mapping' });
      return z.NEVER;
    }, tlsSettings)
    .meta({ shorthand: { const: true } })
    .optional() as never;
}
