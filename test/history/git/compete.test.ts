import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { DAY, makePlace, published } from './clones.ts';

const WRITER = fileURLToPath(new URL('publish-rounds.ts', import.meta.url));
const WRITERS = 8;
const ROUNDS = Number(process.env.VEDETTE_ROUNDS ?? 25);

test('eight writers publish at once while one of them squashes: no line is lost, none is there twice', async () => {
  using place = makePlace();
  const ended = await Promise.all(
    Array.from({ length: WRITERS }, async (_, index) => {
      const { history } = place.clone(`writer-${index}`);
      const args = [WRITER, history, index * ROUNDS, (index + 1) * ROUNDS, index === 0 ? 'squash' : 'none'].map(String);
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return JSON.parse(stdout.trim().split('\n').at(-1)!) as { most: number; contended: number };
    }),
  );
  if (process.env.VEDETTE_ROUNDS) console.log(ended);
  expect(published(place, 'history', DAY)).toEqual(Array.from({ length: WRITERS * ROUNDS }, (_, n) => n));
}, 300_000);
