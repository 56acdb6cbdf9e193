import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { LANGUAGES, languageOf, wordsIn } from '../../src/messages/catalogue.ts';
import { en } from '../../src/messages/en.ts';
import { retold } from '../../src/messages/evidence.ts';
import { span } from '../../src/messages/wording.ts';
import { percentInWords } from '../../src/status/uptime.ts';
import { siteOf } from '../site/world.ts';
import { englishOnly, messagesOf } from './messages.ts';

const OTHERS = LANGUAGES.filter((language) => language !== 'en');
const sourceIn = (language: string): string => `page: { language: ${language} }
services:
  db: { name: Database, probes: [{ tcp: "127.0.0.1:1" }] }
  shop: { name: Shop, dependsOn: [db], probes: [{ tcp: "127.0.0.1:2" }] }
`;
const up = { 'db/tcp': 'up 20', 'shop/tcp': 'up 30' } as const;
const down = { 'db/tcp': 'down', 'shop/tcp': 'down' } as const;

describe.each(LANGUAGES)('%s', (language) => {
  const words = wordsIn(language);

  test('every message says something', () => {
    // Some have nothing to say of the usual case.
    const mayBeEmpty = /strengths\.hard|groupVerbs\.hard/;
    const silent = messagesOf(words).filter(
      ({ path, texts }) => !mayBeEmpty.test(path) && !texts.some((text) => text.trim() !== ''),
    );
    expect(silent).toEqual([]);
  });

  test('what was not whole is not 100 %', () => {
    expect(percentInWords(0.99996, 2, words)).toMatch(/99[.,]99/);
    expect(percentInWords(0.9999999, 3, words)).toMatch(/99[.,]999/);
    expect(percentInWords(1, 2, words)).toContain('100');
    expect(percentInWords(0.000001, 2, words)).toMatch(/0[.,]01/);
  });

  test('instants are written alike everywhere', () => {
    const site = siteOf({ source: sourceIn(language), rounds: [up, down, down, down] });
    expect([site.headline.verdict, ...site.headline.because].join(' ')).toMatch(/2026-11-20 \d\d:\d\d UTC/);
  });
});

describe.each(OTHERS)('a page in %s', (language) => {
  const words = wordsIn(language);

  test('has no English in its headline, counts and services', () => {
    const site = siteOf({ source: sourceIn(language), rounds: [up, down, down, down] });
    const [shop] = site.services.filter(({ id }) => id === 'shop');
    const said = [
      site.headline.verdict,
      ...site.headline.because,
      ...site.counts.map((count) => count.words),
      ...site.groups.map(({ summary }) => summary),
      ...site.past.months.flatMap(({ summary, coverage }) => [summary, coverage]),
      shop!.word,
      shop!.uptime.coverage,
      shop!.strip.label,
      ...shop!.strip.exceptions.map((day) => day.words),
      ...shop!.probes.flatMap(({ word, evidence }) => [word, evidence]),
    ].join('\n');
    expect(englishOnly(words).filter((phrase) => said.toLowerCase().includes(phrase.toLowerCase()))).toEqual([]);
  });

  test('tells evidence of the history in its own words', () => {
    const { evidence, reasons, phases, isolate } = words;
    expect(retold('connection refused', words)).toBe(reasons.refused);
    expect(retold('no answer in time (connecting)', words)).toBe(evidence.timeout(phases.connect));
    expect(retold('status 503', words)).toBe(evidence.status(isolate('503')));
    expect(retold('slow, 410 ms against 60 ms usual', words)).toBe(evidence.slow(isolate('410 ms'), isolate('60 ms')));
    expect(retold('4.1 % of requests fail against 0.2 % usual', words)).toBe(
      evidence.failing(words.percent(4.1, 1), words.percent(0.2, 1)),
    );
    expect(retold('the cat sat on it', words)).toContain('the cat sat on it');
  });
});

test('English evidence stays as it is', () => {
  expect(retold('status 503', en)).toBe('status 503');
});

test('Arabic has six forms of a day', () => {
  const day = 86_400_000;
  expect([2, 3, 11, 100].map((n) => span(wordsIn('ar'), n * day))).toMatchInlineSnapshot(`
    [
      "يومين",
      "3 أيام",
      "11 يومًا",
      "100 يوم",
    ]
  `);
});

test('foreign names stand alone in Arabic sentences', () => {
  const site = siteOf({ source: sourceIn('ar'), rounds: [up, down, down, down] });
  expect(site.headline.verdict).toMatchInlineSnapshot(`"الخدمة ⁨Shop⁩ متوقفة."`);
});

describe('tags', () => {
  test.each([
    ['de-AT', 'de'],
    ['pt-BR', undefined],
    ['zh-Hant-TW', undefined],
    ['EN', 'en'],
  ])('%s has the words of %s', (tag, language) => expect(languageOf(tag)).toBe(language));

  test('a language without words is an error that names those there are', () => {
    const loaded = parseConfig('services.yml', sourceIn('pt-BR'), { kinds: 'opaque', env: {} });
    expect(loaded.ok ? [] : loaded.problems.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "there are no words for "pt-BR"; there are en, de, fr, es, ja, ar, got "pt-BR"",
      ]
    `);
  });

  test('a region keeps its tag', () => {
    const site = siteOf({ source: sourceIn('de-AT') });
    expect([site.page.language, site.words === wordsIn('de')]).toEqual(['de-AT', true]);
  });
});
