import { expect, test } from 'vitest';
import { parseConfig } from '../src/config/load.ts';
import { DAY_MS } from '../src/history/days.ts';
import { lookBackMs } from '../src/site/site.ts';

test.each([
  ['the 90 days of the strip', '', 90],
  ['no more for a shorter promise', ', objective: 99.9% over 30d', 90],
  ['a longer promise, and the day before it', ', objective: 99.9% over 365d', 366],
])('a page looks back %s', (_, objective, days) => {
  const source = `services: { web: { probes: [{ http: "https://web.example/" }]${objective} } }`;
  const loaded = parseConfig('services.yml', source, { kinds: 'opaque', env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  expect(lookBackMs(loaded.config) / DAY_MS).toBe(days);
});
