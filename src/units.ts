/** Durations and sizes: how services.yml writes them, and how people read them. Pure; any layer may import it. */
import { z } from 'zod';

const MS_PER = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const BYTES_PER = { B: 1, KiB: 1024, MiB: 1024 ** 2, kB: 1000, MB: 1_000_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const SIZE = /^(\d+(?:\.\d+)?)(B|KiB|MiB|kB|MB)$/;

/** `5s`, `2m`, `1h`, `14d` → milliseconds. */
export function duration(): z.ZodType<number, string> {
  return z
    .string('expected a duration like 5s or 2m')
    .regex(DURATION, 'expected a duration like 5s or 2m')
    .transform((text) => scale(text, DURATION, MS_PER))
    .meta({ examples: ['500ms', '5s', '2m', '1h', '14d'] });
}

/** `64KiB`, `1MiB` or a plain number of bytes → bytes. */
export function size(): z.ZodType<number, string | number> {
  return z
    .preprocess(
      (value) => (typeof value === 'number' ? `${value}B` : value),
      z
        .string('expected a size like 64KiB or 1MiB')
        .regex(SIZE, 'expected a size like 64KiB or 1MiB')
        .transform((text) => Math.round(scale(text, SIZE, BYTES_PER))),
    )
    .meta({ shorthand: { type: 'integer', minimum: 0 }, examples: ['64KiB', '1MiB'] }) as z.ZodType<
    number,
    string | number
  >;
}

/** As people say it: one unit, rounded to the nearest. */
export interface RoughSpan {
  unit: 'second' | 'minute' | 'hour' | 'day';
  count: number;
}

export function roughly(ms: number): RoughSpan {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return { unit: 'second', count: seconds };
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return { unit: 'minute', count: minutes };
  const hours = Math.round(ms / 3_600_000);
  if (hours < 48) return { unit: 'hour', count: hours };
  return { unit: 'day', count: Math.round(ms / 86_400_000) };
}

/** `90_000` → `2 min`; for terminals. What the page says stands in the catalogue of its language. */
export function durationInWords(ms: number): string {
  const { unit, count } = roughly(ms);
  return `${count} ${{ second: 's', minute: 'min', hour: 'h', day: 'days' }[unit]}`;
}

/** `1796608800000` → `2026-12-07 02:00 UTC`; seconds only when asked for. */
export function instantInWords(at: number, precision: 'minute' | 'second' = 'minute'): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, precision === 'minute' ? 16 : 19)} UTC`;
}

/** `2026-11-20` or `2026-11-20T12:00:00Z` → milliseconds; UTC without an offset, NaN for anything else. */
export function utcInstant(text: string): number {
  if (!/^\d{4}-\d\d-\d\d(T|$)/.test(text)) return Number.NaN;
  const hasZone = !text.includes('T') || /(Z|[+-]\d\d:?\d\d)$/i.test(text);
  return Date.parse(hasZone ? text : `${text}Z`);
}

/** `plural(1, 'service')` → `1 service`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}

function scale(text: string, pattern: RegExp, factors: Record<string, number>): number {
  const [, amount, unit] = pattern.exec(text) ?? [];
  return Number(amount) * (factors[unit ?? ''] ?? Number.NaN);
}
