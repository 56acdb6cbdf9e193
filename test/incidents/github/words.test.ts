/** What people write on GitHub, and what stands there of ours. */
import { micromark } from 'micromark';
import { describe, expect, test } from 'vitest';
import { incidentForm, maintenanceForm } from '../../../src/incidents/github/form.ts';
import { markOf, readMark } from '../../../src/incidents/github/issue.ts';
import { inert, quiet, statusIn, wordsOf } from '../../../src/incidents/github/words.ts';

test.each([
  ['Identified: it is the cache', 'identified', 'it is the cache'],
  ['**Monitoring:** wait', 'monitoring', 'wait'],
  ['**Monitoring**: wait', 'monitoring', 'wait'],
  ['RESOLVED - at last', 'resolved', 'at last'],
  ['Resolved\n\nIt was the disk.', 'resolved', 'It was the disk.'],
  ['resolved', 'resolved', ''],
  ['Resolved issues came back', undefined, 'Resolved issues came back'],
  ['Identifiedx: no', undefined, 'Identifiedx: no'],
  ['We identified: it', undefined, 'We identified: it'],
])('the first word of %j', (text, status, rest) => {
  expect(statusIn(text)).toEqual({ ...(status && { status }), text: rest });
});

test('notes of a form and control characters are no words', () => {
  expect(wordsOf('a\u0007b<!-- fill\nin --> c\r\nd <!-- open')).toBe('ab c\nd');
  expect(wordsOf('x'.repeat(30_000))).toHaveLength(20_000);
});

describe('what others say is inert', () => {
  test.each([
    '@octocat',
    'a@b.example',
    '#12 acme/shop#3 GH-7',
    '<b>x</b> &amp; <!-- vedette incident=x through=y -->',
    '[a](https://evil.example) ![i](http://x)',
    '`c` **b** _i_ ~~s~~ | $x$',
    'https://evil.example www.evil.example',
    '0123456789abcdef0123456789abcdef01234567',
    '# heading\n- list\n> quote\n```\ncode',
    '1. one',
  ])('%j', (text) => {
    const safe = inert(text);
    expect(safe).not.toMatch(/@\w|#\d|GH-\d|https?:\/|www\.|\b[0-9a-f]{7,40}\b/);
    const html = micromark(safe);
    expect(html).toMatch(/^<p>[^<]*<\/p>$/);
    expect(readMark(safe)).toBeUndefined();
  });

  test('it is cut', () => expect(inert('y'.repeat(2000)).length).toBeLessThanOrEqual(500));
  test('a maintainer mentions nobody from afar', () => expect(quiet('**see** @octocat <b>')).not.toMatch(/@o|<b>/));
});

const KNOWN = {
  services: [
    { id: 'shop', name: 'Web Shop' },
    { id: 'api', name: 'API' },
  ],
  renamed: new Map([['store', 'shop']]),
};
const issue = (body: string, labels: string[] = []) => {
  const author = { login: 'dev', isBot: false, isInsider: true };
  return { number: 1, title: ' Slow  ', body, isOpen: true, author, labels, createdAt: 0, updatedAt: 0, comments: 0 };
};

test('a form is read by its headings, and the last field is free text', () => {
  const body =
    '### Services\n\n- store\n- web shop, `api`\n\n### Impact\n\ncritical (down)\n\n### What is known\n\nA\n\n### Services\n\nB';
  expect(incidentForm(issue(body), KNOWN)).toEqual({
    form: { title: 'Slow', services: ['shop', 'api'], impact: 'critical', text: 'A\n\n### Services\n\nB' },
  });
});

test('without a form labels say it', () => {
  const read = incidentForm(issue('It is slow.', ['service:api', 'impact:major']), KNOWN);
  expect(read).toEqual({ form: { title: 'Slow', services: ['api'], impact: 'major', text: 'It is slow.' } });
});

test('every problem of a form is named', () => {
  const body =
    '### Services\n\n_No response_\n\n### Start\n\n2026-12-01 02:00\n\n### End\n\n2026-12-01 01:00\n\n### What is done\n\n';
  expect(maintenanceForm(issue(body), KNOWN)).toMatchInlineSnapshot(`
    {
      "problems": [
        "\`Services\`: expected ids of services like \`shop, api\`, got none",
        "\`What is done\` is empty",
        "\`End\`: expected an instant after the start, 2026-12-01 02:00 UTC",
      ],
    }
  `);
});

test('a mark stands at the end, and a quoted one is none', () => {
  const mark = markOf({ event: '2026-11-20-shop/1-opened' });
  expect(readMark(`text\n\n${mark}\n`)?.get('event')).toBe('2026-11-20-shop/1-opened');
  for (const other of [`> ${mark}\n\nNo, it is the disk.`, 'no mark', '<!-- vedette', '<!-- other -->']) {
    expect(readMark(other)).toBeUndefined();
  }
});
