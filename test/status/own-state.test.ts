import { expect, test } from 'vitest';
import type { Outcome, State } from '../../src/model.ts';
import { ownState, readingOf } from '../../src/status/own-state.ts';
import { observe, sketch } from './sketch.ts';

/** `down` is an essential probe, `(down)` one that is not. */
const verdicts = (...texts: string[]) =>
  texts.map((text) => ({ essential: !text.startsWith('('), outcome: text.replaceAll(/[()]/g, '') as Outcome }));

test.each<[string, string[], State]>([
  ['no probe knows nothing', [], 'unknown'],
  ['one that is up', ['up'], 'operational'],
  ['one that is degraded', ['degraded'], 'degraded'],
  ['one that is down', ['down'], 'major_outage'],
  ['one that knows nothing', ['unknown'], 'unknown'],
  ['all down', ['down', 'down'], 'major_outage'],
  ['some down', ['down', 'up'], 'partial_outage'],
  ['some down, the others degraded', ['down', 'degraded'], 'partial_outage'],
  ['some degraded', ['up', 'degraded'], 'degraded'],
  ['one that is not essential degrades at most', ['up', '(down)'], 'degraded'],
  ['nor do several', ['up', '(down)', '(down)'], 'degraded'],
  ['one that is not essential saves nothing', ['down', '(up)'], 'major_outage'],
  ['only probes that are not essential', ['(down)', '(down)'], 'degraded'],
  ['what knows nothing does not vote for up', ['down', 'unknown'], 'major_outage'],
  ['what knows nothing does not vote for down', ['up', 'unknown'], 'operational'],
])('%s', (_, texts, state) => {
  expect(ownState(verdicts(...texts))).toBe(state);
  expect(ownState(verdicts(...texts.toReversed()))).toBe(state);
});

test('a reading knows from the service which of its probes are essential', () => {
  const services = sketch({ queue: { probes: [{ id: 'ping' }, { id: 'backlog', essential: false }] } });
  const reading = (seen: Record<string, string>): State => readingOf(services[0]!, observe(services, { queue: seen }));
  expect([
    reading({ ping: 'up', backlog: 'down value' }),
    reading({ ping: 'down refused', backlog: 'up' }),
    reading({}),
  ]).toEqual(['degraded', 'major_outage', 'unknown']);
});
