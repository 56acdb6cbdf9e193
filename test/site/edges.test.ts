import { describe, expect, test } from 'vitest';
import { en } from '../../src/messages/en.ts';
import { absolute, complete } from '../../src/site/addresses.ts';
import { cardSvg } from '../../src/site/card.ts';
import { customDomain } from '../../src/site/edges.ts';

test.each([
  ['https://status.example.org', 'status.example.org'],
  ['https://status.example.org/', 'status.example.org'],
  ['https://example.org/status/', undefined],
  ['https://example.github.io/', undefined],
  ['https://example.github.io/repo/', undefined],
  ['https://status.example.org:8443/', undefined],
  ['http://127.0.0.1/', undefined],
  ['http://[::1]/', undefined],
  ['http://localhost/', undefined],
  [undefined, undefined],
])('%s is the custom domain %s', (url, domain) => {
  expect(customDomain(url)).toBe(domain);
});

test('addresses from the root, with and without a path', () => {
  expect(absolute(undefined, '/map/')).toBe('/map/');
  expect(absolute('https://example.github.io/repo', '/')).toBe('/repo/');
  expect(absolute('https://example.github.io/repo/', '/map/')).toBe('/repo/map/');
  expect(complete('https://example.github.io/repo', '/incidents/')).toBe('https://example.github.io/repo/incidents/');
});

describe('the card', () => {
  const card = (verdict: string, because: readonly string[] = []): string[] => {
    const headline = { verdict, because, state: 'degraded', overall: 'degraded' } as const;
    const page = { title: 'A & <B>', language: 'en', links: [] };
    const svg = cardSvg({ page, headline, age: undefined, words: en } as unknown as Parameters<typeof cardSvg>[0]);
    return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
  };

  test('says title, verdict and why, in so many lines as there is room for', () => {
    expect(card('Partial outage: 8 of 18 main services are affected.', ['Cause unclear.'])).toEqual([
      'A &amp; &lt;B&gt;',
      'Partial outage: 8 of',
      '18 main services are',
      'affected.',
      'Cause unclear.',
      'not yet observed',
    ]);
  });

  test('cuts what has no end', () => {
    const lines = card('W'.repeat(100_000), ['保守'.repeat(1000), 'x']);
    expect(lines).toHaveLength(7);
    expect(lines.every((line) => line.length < 60)).toBe(true);
    expect(lines[3]).toMatch(/…$/);
  });

  test('is well formed whatever it says', () => {
    expect(card('\u0000]]> & <script> "\ud800')[1]).toBe(']]&gt; &amp; &lt;script&gt; &quot;\ufffd');
  });
});
