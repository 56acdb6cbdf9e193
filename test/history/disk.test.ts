/** A disk that is full or read-only: the round says so, keeps what it saw elsewhere, and the next one adds it. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFolder } from '../../src/history/folder.ts';
import { readRounds } from '../../src/history/store.ts';
import { verify } from '../../src/history/verify.ts';
import { hasNamespaces } from '../faults/namespace.ts';
import { spawned } from '../faults/spawned.ts';
import { serveHttp } from '../servers.ts';
import { CLI, placeWith } from '../verbs/cli.ts';

const FLAGS = [...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--mount'];

/** The rounds that a folder has, by the names of their services; copied out of the namespace, which ends with it. */
async function roundsIn(folder: string) {
  const { rounds, errors, warnings } = await readRounds(folder, 0);
  return [rounds.map(({ observations }) => observations.map(({ service }) => service)), errors, warnings];
}

describe.runIf(hasNamespaces)('a disk', () => {
  test.each([
    [
      'is full',
      'mount -t tmpfs -o size=64k tmpfs history; head -c 80000 /dev/zero > history/ballast 2>/dev/null || true',
      'rm history/ballast',
      'ENOSPC',
    ],
    ['is read-only', 'mount -t tmpfs -o ro tmpfs history', 'mount -o remount,rw history', 'EROFS'],
  ])('that %s', async (_, spoil, mend, code) => {
    await using server = await serveHttp((_, response) => response.end('ok'));
    await using place = await placeWith(`services: { web: "${server.url}/" }`);
    await mkdir(join(place.folder, 'history'));
    const script = `
${spoil}
"$@" || echo "first $?" >&2
${mend}
"$@" || echo "second $?" >&2
cp -r history kept`;
    const { stderr } = await spawned(
      'unshare',
      [...FLAGS, 'bash', '-c', script, 'bash', process.execPath, CLI, 'probe'],
      { cwd: place.folder, env: { VEDETTE_PENDING: join(place.folder, 'pending') } },
    );
    expect(stderr).toMatch(
      new RegExp(
        `^vedette: the observations cannot be written to history \\(${code}: .*\\) and are kept in .*pending/\\.round-.*; the next round adds them\nfirst 4\nwarning: a round of .* had not been kept; 1 observation of it now are\n$`,
      ),
    );
    expect(await roundsIn(join(place.folder, 'kept'))).toEqual([[['web'], ['web']], [], []]);
    expect((await verify(openFolder(join(place.folder, 'kept')))).flaws).toEqual([]);
    expect(await readdir(join(place.folder, 'pending'))).toEqual([]);
    expect((await readdir(join(place.folder, 'kept'))).sort()).toEqual(['meta.json', 'raw', 'schema']);
  });

  test('that fills up while a round is written keeps the lines that were there', async () => {
    await using server = await serveHttp((_, response) => response.end('ok'));
    await using place = await placeWith(`services: { web: "${server.url}/" }`);
    await mkdir(join(place.folder, 'history'));
    // Room is taken away page by page, so that it ends in every step of a round.
    const script = `
mount -t tmpfs -o size=64k tmpfs history
for i in $(seq 18); do
  "$@" >/dev/null 2>&1 || true
  head -c 4096 /dev/zero >> history/ballast 2>/dev/null || true
done
rm history/ballast
"$@"
cp -r history kept`;
    const { code } = await spawned(
      'unshare',
      [...FLAGS, 'bash', '-c', script, 'bash', process.execPath, CLI, 'probe'],
      {
        cwd: place.folder,
        env: { VEDETTE_PENDING: join(place.folder, 'pending') },
      },
    );
    expect(code).toBe(0);
    const { rounds } = await readRounds(join(place.folder, 'kept'), 0);
    expect(rounds.length).toBe(19);
    expect((await verify(openFolder(join(place.folder, 'kept')))).flaws).toEqual([]);
    expect(await readdir(join(place.folder, 'pending'))).toEqual([]);
  }, 60_000);
});
