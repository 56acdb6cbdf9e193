import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import type { BeforeRound, EffectContext } from '../../src/effects/effect.ts';
import { runEffects } from '../../src/round/effects.ts';

const loaded = parseConfig('services.yml', 'services: { web: https://web.example }', { kinds: 'opaque', env: {} });
if (!loaded.ok) throw new Error('it is fine');
const context: Omit<EffectContext, 'signal'> = {
  config: loaded.config,
  historyFolder: '/nowhere',
  now: () => 0,
  env: {},
  publish: async () => undefined,
};
const effect = (name: string, run: BeforeRound['run']): BeforeRound => ({ name, run });

test('effects run one after the other, and what they warn of is said without secrets', async () => {
  const order: string[] = [];
  const noting = (name: string, warnings: string[]): BeforeRound =>
    effect(name, async () => {
      order.push(`${name} begins`);
      await sleep(5);
      order.push(`${name} ends`);
      return { warnings };
    });
  const ran = await runEffects([noting('a', ['token hunter2! is old']), noting('b', [])], context, {
    secrets: ['hunter2!'],
  });
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  expect(ran.isLeftBehind).toBe(false);
  expect(ran.warnings).toEqual([expect.stringMatching(/^token .* is old$/)]);
  expect(ran.warnings[0]).not.toContain('hunter2');
});

test.each<[string, BeforeRound['run'], string[], boolean]>([
  ['that throws', async () => Promise.reject(new Error('no such channel')), ['bad: no such channel'], false],
  [
    'that throws before it has begun to wait',
    () => {
      throw new Error('no such channel');
    },
    ['bad: no such channel'],
    false,
  ],
  [
    'that ends when its time is over',
    async ({ signal }) => sleep(60_000, { warnings: [] }, { signal }),
    ['bad: took longer than 0.05 s and was given up'],
    false,
  ],
  ['that hears no signal', () => new Promise(() => undefined), ['bad: took longer than 0.05 s and was given up'], true],
])('one %s stops no other', async (_, run, warnings, isLeftBehind) => {
  const good = effect('good', async () => ({ warnings: ['said'] }));
  const ran = await runEffects([effect('bad', run), good], context, { secrets: [], timeoutMs: 50 });
  expect(ran).toEqual({ warnings: [...warnings, 'said'], isLeftBehind });
});
