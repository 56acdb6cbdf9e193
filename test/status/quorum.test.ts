import { expect, test } from 'vitest';
import type { State } from '../../src/model.ts';
import { agree } from '../../src/status/quorum.ts';

const STATES: Readonly<Record<string, State>> = {
  '.': 'operational',
  d: 'degraded',
  p: 'partial_outage',
  X: 'major_outage',
  m: 'maintenance',
  '?': 'unknown',
};

/** A letter a location; each state began a minute after that of the one before. */
const votes = (text: string) =>
  [...text].map((letter, index) => ({ location: `l${index}`, state: STATES[letter]!, since: index }));

test.each([
  ['nobody', '', undefined, '?'],
  ['nobody who knows', '??', undefined, '?'],
  ['one alone is taken at its word', 'X', undefined, 'X'],
  ['one who knows among others who do not', '?X?', undefined, 'X'],
  ['one alone, however many it would take', 'X', 3, 'X'],
  ['one of two is no majority', 'X.', undefined, 'p'],
  ['both', 'XX', undefined, 'X'],
  ['one of three', 'X..', undefined, 'p'],
  ['two of three', 'XX.', undefined, 'X'],
  ['two of four are no majority', 'XX..', undefined, 'p'],
  ['three of four', 'XXX.', undefined, 'X'],
  ['a quorum of one', 'X..', 1, 'X'],
  ['a quorum of three is not reached', 'XX.', 3, 'p'],
  ['a quorum beyond all is all', 'XX', 3, 'X'],
  ['a partial outage is no full one', 'Xp.', undefined, 'p'],
  ['slow from one of three', 'd..', undefined, '.'],
  ['slow from two of three', 'dd.', undefined, 'd'],
  ['slow from one, down from another', 'dX.', undefined, 'p'],
  ['a maintenance that has ended has no vote', 'mX', undefined, 'X'],
])('%s: %s', (_, text, quorum, state) => {
  expect(agree(votes(text), quorum).state).toBe(STATES[state]);
});

test.each([
  ['an outage began with the first that saw it', '.XX', 1],
  ['so does a partial one', '.X.', 1],
  ['however long another was slow before', 'd.X', 2],
  ['slowness began when it was enough', 'd.d', 2],
])('%s: %s', (_, text, onset) => {
  expect(agree(votes(text), undefined).onset).toBe(onset);
});

test('who sees it fail', () => {
  expect(agree(votes('X.d?'), undefined)).toMatchObject({ failing: ['l0', 'l2'], voters: 3 });
});
