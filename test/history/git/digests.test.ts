import { expect, test } from 'vitest';
import { DAY_MS } from '../../../src/history/days.ts';
import { openFolder } from '../../../src/history/folder.ts';
import { settleDigests } from '../../../src/history/settle.ts';
import { appendRound, readRounds } from '../../../src/history/store.ts';
import { verify } from '../../../src/history/verify.ts';
import { type Clone, makePlace, NOON, OWN, roundOf } from './clones.ts';

const WRITERS = 4;
const ROUNDS = 10;

/** Three rounds a day of each writer, none at the same second as another's. */
const at = (writer: number, n: number): number => NOON + (n * DAY_MS) / 3 + writer * 1000;

async function record(clone: Clone, writer: number, n: number): Promise<void> {
  const id = writer * 1000 + n;
  await appendRound(clone.history, { ...roundOf(id), at: at(writer, n), location: `place-${writer % 2}` });
}

test('digests that each writer made of what it knew are made of what all of them know', async () => {
  using place = makePlace();
  const publishAll = async (writer: number): Promise<void> => {
    const clone = place.clone(`writer-${writer}`);
    for (let n = 0; n < ROUNDS; n += 1) {
      await record(clone, writer, n);
      if (n % 4 === writer) await clone.fetch();
      await clone.publish({ ...OWN, settle: settleDigests });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => publishAll(writer)));

  const reader = place.clone('reader', '--branch=history');
  const { rounds, errors } = await readRounds(reader.history, 0);
  expect(errors).toEqual([]);
  expect(rounds.length).toBe(WRITERS * ROUNDS);
  expect((await verify(openFolder(reader.history))).flaws).toEqual([]);
}, 60_000);

test('a round that comes late by way of another writer has its day digested again', async () => {
  using place = makePlace();
  const [early, late] = [place.clone('early'), place.clone('late')];
  for (const n of [0, 1, 2, 3]) await record(early, 0, n);
  await early.publish({ ...OWN, settle: settleDigests });
  for (const n of [0, 1]) await record(late, 1, n);
  await late.publish({ ...OWN, settle: settleDigests });
  // It knows nothing of the late ones, and digests a day of theirs.
  for (const n of [4, 5, 6]) await record(early, 0, n);
  await early.publish({ ...OWN, settle: settleDigests });

  const reader = place.clone('reader', '--branch=history');
  const { flaws, days } = await verify(openFolder(reader.history));
  expect(flaws).toEqual([]);
  expect(days).toBe(3);
});
