import { expect, test } from 'vitest';
import { FLAP_WINDOW, isFlapping } from '../../src/status/flapping.ts';
import { play, sketch } from './sketch.ts';

const readings = (text: string): boolean[] => [...text].map((letter) => letter === 'x');

test.each([
  ['nothing yet', '', false, false],
  ['one reading', 'x', false, false],
  ['steady', '.....................', false, false],
  ['one outage', '........xxxxx........', false, false],
  ['changing every time', '.x.x.x.x.x.x.x.x.x.x.', false, true],
  ['six changes long ago weigh less than 30 %', '.x.x.x...............', false, false],
  ['six changes just now weigh more', '...............x.x.x.', false, true],
  ['five changes just now, 29 %: goes on', '................x.x.x', true, true],
  ['five changes just now, 29 %: does not begin', '................x.x.x', false, false],
  ['quiet again', '..x.x................', true, false],
])('%s', (_, text, wasFlapping, expected) => {
  expect(text.length).toBeLessThanOrEqual(FLAP_WINDOW);
  expect(isFlapping(readings(text), wasFlapping)).toBe(expected);
});

test('a service that changes its mind every round flaps, and its neighbour does not', () => {
  const services = sketch({ mail: [], web: [] });
  const rounds = Array.from({ length: 21 }, (_, index) => ({
    mail: index % 2 === 0 ? 'up' : 'down status 500',
    web: 'up',
  }));
  const { own } = play(services, rounds).at(-1)!;
  expect([own.get('mail')!.isFlapping, own.get('web')!.isFlapping]).toEqual([true, false]);
});
