/** What every kind of probe keeps to. A kind without `test/probes/<kind>.fixture.ts` fails here. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadRegistry } from '../../src/probing/registry.ts';
import { run, task } from '../probing/probe-once.ts';
import { closedPort } from '../servers.ts';
import type { Fixture } from './contract.ts';

const TIMEOUT_MS = 300;
/** Far more than a loaded machine needs to notice a deadline, far less than to wait for an answer that never comes. */
const MARGIN_MS = 1500;
const REFUSED = { reason: 'refused', phase: 'connect' };

const registry = await loadRegistry();
const here = await readdir(new URL('.', import.meta.url));
const fixtures = new Map<string, Fixture>();
for (const name of here.filter((file) => file.endsWith('.fixture.ts'))) {
  const module = (await import(new URL(name, import.meta.url).href)) as { default: Fixture };
  fixtures.set(name.replace('.fixture.ts', ''), module.default);
}

const fixtureOf = (kind: string): Fixture | undefined => fixtures.get(kind);

const served = [...registry.keys()].flatMap((kind) => {
  const fixture = fixtureOf(kind);
  return fixture && 'up' in fixture ? [[kind, fixture] as const] : [];
});

describe.each(served)('%s', (kind, fixture) => {
  const probe = async (port: number, timeoutMs = 5000) => {
    const [observation] = await run([task(kind, fixture.aimAt(port), { timeoutMs })]);
    return observation!;
  };

  test('up: a target that answers, with no reason and the connection closed afterwards', async () => {
    await using server = await fixture.up();
    const observation = await probe(server.port);
    expect(observation).toMatchObject({
      outcome: 'up',
      message: expect.stringMatching(/[^.]$/),
      attempts: [{ outcome: 'up' }],
    });
    expect(observation).not.toHaveProperty('reason');
    await expect.poll(() => server.connections).toMatchObject({ open: 0, total: 1 });
  });

  test('down: a closed port is refused', async () => {
    const observation = await probe(await closedPort());
    expect(observation).toMatchObject({ outcome: 'down', ...(fixture.closedIs ?? REFUSED) });
  });

  test('slow: a silent target ends at the deadline, in the phase where it was', async () => {
    await using server = await fixture.silent();
    const startedAt = performance.now();
    const observation = await probe(server.port, TIMEOUT_MS);
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS + MARGIN_MS);
    expect(observation).toMatchObject({
      outcome: 'down',
      message: expect.stringMatching(/^(no answer|not finished) within 0\.3 s$/),
      ...fixture.silentIs,
    });
    expect(observation.latencyMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 5);
    await expect.poll(() => server.connections.open).toBe(0);
  });

  test('malformed: garbage is the fault of the target, not a bug of ours', async () => {
    await using server = await fixture.garbage();
    expect(await probe(server.port)).toMatchObject({ outcome: 'down', ...fixture.garbageIs });
  });

  test('cancelled: the probe ends at once and is not observed', async () => {
    await using server = await fixture.silent();
    const cancelled = new AbortController();
    const round = run([task(kind, fixture.aimAt(server.port), { timeoutMs: 60_000 })], { signal: cancelled.signal });
    await expect.poll(() => server.connections.open).toBe(1);
    cancelled.abort();
    expect(await round).toEqual([]);
    await expect.poll(() => server.connections.open).toBe(0);
  });

  test('facts are JSON, the time lies in known phases and adds up', async () => {
    await using server = await fixture.up();
    const { facts, phases, latencyMs } = await probe(server.port);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    const sum = Object.values(phases).reduce((total, ms) => total + ms, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(latencyMs + 1);
  });
});

describe.each([...registry])('%s', (kind, { settings, describe: describeTarget }) => {
  const fixture = fixtureOf(kind);
  if (!fixture) {
    test(`has its cases in test/probes/${kind}.fixture.ts`, () =>
      expect.unreachable('write them as http.fixture.ts has them'));
    return;
  }

  test('settings: an unknown key is refused', () => {
    const known = fixture.aimAt(1);
    expect(settings.safeParse(known).success).toBe(true);
    expect(settings.safeParse({ ...known, nonsense: true }).error?.issues).toMatchObject([
      { code: 'unrecognized_keys', keys: ['nonsense'] },
    ]);
  });

  test.each([[{}], [null], [42], [[]], ['']])('settings: %j is refused', (value) => {
    expect(settings.safeParse(value).success).toBe(false);
  });

  test('settings: the short form is the long one with its target', () => {
    expect(describeTarget(settings.parse(fixture.shortForm))).toContain('example.org');
  });

  test('describe() shows no password', () => {
    expect(describeTarget(settings.parse(fixture.withPassword))).not.toContain('hunter2');
  });

  test('documentation: the first comment says what is up, with examples that are valid settings', async () => {
    const file = new URL(`../../probes/${kind}.ts`, import.meta.url);
    const comment = /^\/\*\*\n([\s\S]*?)\n \*\/\n/.exec(await readFile(file, 'utf8'))?.[1] ?? '';
    const text = comment.replaceAll(/^ \* ?/gm, '');
    expect(text).toMatch(/^[A-Z].+\.\n/);
    const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap(([, yaml]) => examplesIn(yaml!, kind));
    expect(examples).not.toEqual([]);
    for (const example of examples) expect(settings.safeParse(example)).toMatchObject({ success: true });
  });
});

test.each([...fixtures.keys()])('the fixture %s belongs to a kind', (kind) => {
  expect([...registry.keys()]).toContain(kind);
});

function examplesIn(yaml: string, kind: string): unknown[] {
  const { probes } = parse(yaml) as { probes: Record<string, unknown>[] };
  return probes.map((probe) => probe[kind]);
}
