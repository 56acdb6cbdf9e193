import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { forgetTooMany } from '../../src/verbs/compiled.ts';
import { placeWith } from './cli.ts';

// What Node says of its cache when it is asked.
const TALKING = { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
const TAKEN = /code cache for ESM file:\S+\/src\/verbs\/check\.ts was accepted/;

test('a verb takes what was compiled for the one before; where all is thrown away, nothing is kept', async () => {
  await using place = await placeWith('services: { web: https://web.example }');
  await place.run(['check']);
  const again = await place.run(['check'], TALKING);
  expect(again.code).toBe(0);
  expect(again.stderr + again.stdout).toMatch(TAKEN);
  const once = await place.run(['check'], { ...TALKING, CI: 'true' });
  expect([once.code, once.stderr]).toEqual([0, '']);
});

test('what is kept does not grow without end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-compiled-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const kept = join(folder, 'kept');
  forgetTooMany(kept, 3);
  await mkdir(join(kept, 'v24'), { recursive: true });
  for (const name of ['a', 'b', 'c']) {
    forgetTooMany(kept, 3);
    await writeFile(join(kept, 'v24', name), name);
  }
  expect((await readdir(join(kept, 'v24'))).length).toBe(3);
  forgetTooMany(kept, 3);
  expect(await readdir(folder)).toEqual([]);
});
