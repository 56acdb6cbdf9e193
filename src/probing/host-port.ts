/** The target `host:port` of the kinds below HTTP, as services.yml writes it. */
import { z } from 'zod';

/** What a kind says when it finds something else than a mapping or the short form. */
export const HOST_PORT_RULE = 'expected host:port like db.example.org:5432';

/** For the schema of a kind with this short form. */
export const HOST_PORT_SHORTHAND = { shorthand: { type: 'string', pattern: '^.+:[0-9]+$' } };

export const hostPortKeys = {
  host: z.string().min(1, 'expected a name or an address').describe('Name or address.'),
  port: z
    .int()
    .min(1, 'expected a port from 1 to 65535')
    .max(65_535, 'expected a port from 1 to 65535')
    .describe('Port.'),
  family: z
    .union([z.literal(4), z.literal(6), z.literal('auto')])
    .describe('IP version.')
    .default('auto'),
};

/** `[::1]:22` → `{ host: '::1', port: 22 }`; what is no short form stays what it is. */
export function splitHostPort(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const match = /^(?:\[([^\]]+)\]|([^:/]+)):(\d+)$/.exec(value);
  return match ? { host: match[1] ?? match[2], port: Number(match[3]) } : value;
}

export function joinHostPort({ host, port }: { host: string; port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
