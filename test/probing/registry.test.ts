import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { loadRegistry, settingsOf } from '../../src/probing/registry.ts';

const PROBES = new URL('../../probes/', import.meta.url);

test('every file in probes/ is a kind, in the order of the alphabet', async () => {
  const kinds = (await readdir(PROBES)).map((file) => file.replace(/\.ts$/, '')).sort();
  const registry = await loadRegistry();
  expect([...registry.keys()]).toEqual(kinds);
  expect(kinds).toEqual(expect.arrayContaining(['http', 'tcp']));
  expect([...settingsOf(registry).keys()]).toEqual(kinds);
});

test.each([
  ['no default export', 'export const run = () => undefined;'],
  ['a default export that cannot run', 'export default { settings: {} };'],
])('%s is said with the file', async (_, source) => {
  await using folder = await temporaryFolder({ 'ping.ts': source });
  await expect(loadRegistry(folder.url)).rejects.toThrow('probes/ping.ts has no default export made by defineProbe');
});

test('what is no kind is left alone', async () => {
  const other = { 'README.md': '', 'Ping.ts': 'broken', 'ping.test.ts': 'broken', '.ping.ts': 'broken' };
  await using folder = await temporaryFolder({ ...other, 'own-kind.ts': 'export default { run() {} };' });
  expect([...(await loadRegistry(folder.url)).keys()]).toEqual(['own-kind']);
});

async function temporaryFolder(files: Record<string, string>): Promise<AsyncDisposable & { url: URL }> {
  const path = await mkdtemp(join(tmpdir(), 'vedette-probes-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return { url: pathToFileURL(`${path}/`), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
