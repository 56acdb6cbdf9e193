/** Every numbered fault of probing.md, with the outcome, the reason and the phase that it must have. */
import { expect, test } from 'vitest';
import type { Observation } from '../../src/model.ts';
import { LEFT_OUT, networkCases, probe, ROUND_CASES, servedCases } from './cases.ts';
import { hasNamespaces, probeInNamespace } from './namespace.ts';

test('no number is missing', () => {
  const numbers = [...servedCases, ...networkCases].map(({ number }) => number);
  const known = new Set([...numbers, ...ROUND_CASES, ...Object.keys(LEFT_OUT).map(Number)]);
  const all = Array.from({ length: 66 }, (_, index) => index + 1);
  expect(all.filter((number) => !known.has(number))).toEqual([]);
});

test.concurrent.each(servedCases)('case $number: $title', async (fault) => {
  expect(await probe(fault)).toMatchObject(fault.expected);
});

let inNamespace: Promise<Observation[]> | undefined;

test.runIf(hasNamespaces).each(networkCases)('case $number: $title', async (fault) => {
  inNamespace ??= probeInNamespace(networkCases.map(({ task }) => task));
  expect((await inNamespace)[networkCases.indexOf(fault)]).toMatchObject(fault.expected);
});

test.skipIf(hasNamespaces)('cases of the network need Linux and namespaces', () => {
  console.log(`not run here, no namespaces: cases ${networkCases.map(({ number }) => number).join(', ')}`);
});
