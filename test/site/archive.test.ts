import { describe, expect, test } from 'vitest';
import { type ArchiveContext, archiveOf } from '../../src/site/archive.ts';
import type { IncidentView } from '../../src/site/incident-view.ts';

const at = (text: string): number => Date.parse(text);
const DAY = 86_400_000;

function incident(id: string, start: string, end?: string): IncidentView {
  return {
    id,
    title: id,
    status: end === undefined ? 'investigating' : 'resolved',
    impact: 'minor',
    isOpen: end === undefined,
    startsAt: at(start),
    createdAt: at(start),
    ...(end !== undefined && { endsAt: at(end) }),
    updatedAt: at(end ?? start),
    causes: [],
    chain: [],
    services: [{ id: 'web', name: 'Web', state: 'degraded', worst: 'degraded', since: at(start) }],
    updates: [],
  };
}

const WATCHED: ArchiveContext = {
  asOf: at('2026-11-20T12:00:00Z'),
  isObserved: true,
  createdAt: at('2026-06-10T00:00:00Z'),
  recorded: ['2026-06', '2026-07', '2026-09', '2026-10', '2026-11'],
  // All of November so far, and October from the 11th on.
  days: Array.from({ length: 41 }, (_, index) => new Date(at('2026-10-11') + index * DAY).toISOString().slice(0, 10)),
  daysFrom: at('2026-09-15'),
};

const tell = (incidents: readonly IncidentView[], context = WATCHED): string[] =>
  archiveOf(incidents, context).months.map(({ name, summary, coverage }) => `${name}: ${summary}. ${coverage}`);

describe('months', () => {
  test('what was not watched is not called quiet', () => {
    expect(tell([])).toEqual([
      'November 2026: No incidents so far. Observed on 20 of 20 days so far.',
      'October 2026: No incidents on the days that were observed. Observed on 21 of 31 days.',
      'September 2026: No incidents. There are observations of this month.',
      'August 2026: No data. Nothing was observed in this month.',
      'July 2026: No incidents. There are observations of this month.',
      'June 2026: No incidents. There are observations of this month.',
    ]);
  });

  test('an incident stands in every month in which it lasted', () => {
    const long = incident('long', '2026-08-30T00:00:00Z', '2026-10-02T00:00:00Z');
    const { months } = archiveOf([long], WATCHED);
    expect(months.filter(({ incidents }) => incidents.length > 0).map(({ id }) => id)).toEqual([
      '2026-10',
      '2026-09',
      '2026-08',
    ]);
    expect(months[3]).toMatchObject({ summary: '1 incident', coverage: 'Nothing was observed in this month.' });
  });

  test('nothing observed and nothing told: no months', () => {
    expect(tell([], { ...WATCHED, isObserved: false, recorded: [], days: [] })).toEqual([]);
  });

  test('what people tell after the newest round has its month', () => {
    expect(tell([incident('new', '2026-12-01T00:00:00Z')])[0]).toBe(
      'December 2026: 1 incident. Nothing was observed in this month.',
    );
  });

  test('there are at most 120, and at most 200 incidents in each', () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      incident(`n-${index}`, '2026-11-02T00:00:00Z', '2026-11-02T01:00:00Z'),
    );
    const { months } = archiveOf([...many, incident('old', '1999-01-01T00:00:00Z', '1999-01-02T00:00:00Z')], WATCHED);
    expect(months).toHaveLength(120);
    expect([months[0]!.incidents.length, months[0]!.more, months[0]!.summary]).toEqual([200, 100, '300 incidents']);
  });
});

test('pages: neighbours in time, the address of a month left out, at most 500', () => {
  const open = incident('open', '2026-11-01T00:00:00Z');
  const newer = incident('newer', '2026-11-10T00:00:00Z', '2026-11-10T01:00:00Z');
  const taken = incident('2026-11', '2026-11-05T00:00:00Z', '2026-11-05T01:00:00Z');
  const { pages, withPage } = archiveOf([open, newer, taken], WATCHED);
  expect(pages.map((page) => [page.newer?.id, page.incident.id, page.older?.id])).toEqual([
    [undefined, 'newer', 'open'],
    ['newer', 'open', undefined],
  ]);
  expect(withPage.has('2026-11')).toBe(false);
  const many = Array.from({ length: 5000 }, (_, index) =>
    incident(`n-${index}`, '2026-11-02T00:00:00Z', '2026-11-02T01:00:00Z'),
  );
  expect(archiveOf(many, WATCHED).pages).toHaveLength(500);
});

test('a service has what touched it in the last 90 days', () => {
  const { byService } = archiveOf(
    [
      incident('open', '2026-01-01T00:00:00Z'),
      incident('late', '2026-09-01T00:00:00Z', '2026-09-02T00:00:00Z'),
      incident('long-ago', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'),
    ],
    WATCHED,
  );
  expect(byService.get('web')!.map(({ id }) => id)).toEqual(['open', 'late']);
});
