import { describe, expect, test } from 'vitest';
import { telling } from './telling.ts';

const SLACK = { kind: 'slack' } as const;
const WEBHOOK = { kind: 'webhook' } as const;
const PAGER = { kind: 'pagerduty' } as const;
const HOUR = 3_600_000;

describe('once', () => {
  test('an incident is told when it opens, when it ends, and no more', () => {
    const world = telling([SLACK]);
    expect(world.tell(0)).toEqual([]);
    world.happens(5, 'database/1-opened');
    expect(world.tell(5)).toEqual(['slack: Database is down']);
    expect(world.tell(5)).toEqual([]);
    world.happens(20, 'database/2-monitoring');
    expect(world.tell(20)).toEqual([]);
    world.happens(25, 'database/3-resolved');
    expect(world.tell(25)).toEqual(['slack: Resolved: Database is down']);
    expect(world.tell(30)).toEqual([]);
  });

  test('a channel that is new is told nothing of what was before, nor of its end', () => {
    const world = telling([SLACK, WEBHOOK, PAGER]);
    world.happens(0, 'database/1-opened');
    world.rounds({ minute: 0 }, { minute: 5 });
    expect(world.tell(5)).toEqual([]);
    world.happens(10, 'database/2-resolved');
    expect(world.tell(10)).toEqual([]);
  });

  test('what the very first round opens is told', () => {
    const world = telling([SLACK]);
    world.rounds({ minute: 5 });
    world.happens(5, 'database/1-opened');
    expect(world.tell(5.2)).toEqual(['slack: Database is down']);
  });

  test('what a crashed run has written and not told is found again, for a day', () => {
    const world = telling([SLACK]);
    world.tell(0);
    world.happens(5, 'database/1-opened');
    world.happens(10, 'shop/1-opened');
    expect(world.tell(24 * 60 + 7)).toEqual(['slack: Shop is down']);
  });

  test('people get the last word of what they have missed, programs every one, and a pager nothing that is over', () => {
    const world = telling([SLACK, WEBHOOK, PAGER], undefined, { database: 'page' });
    world.tell(0);
    world.happens(5, 'database/1-opened');
    world.happens(10, 'database/2-escalated');
    world.happens(15, 'database/3-resolved');
    expect(world.tell(20)).toEqual([
      'slack: Resolved: Database is down',
      'webhook: Database is down',
      'webhook: Worse: Database is down',
      'webhook: Resolved: Database is down',
    ]);
    expect(world.tell(25)).toEqual([]);
  });

  test('one that becomes part of another is closed for a pager, and no news for people', () => {
    const world = telling([SLACK, PAGER], undefined, { database: 'page' });
    world.tell(0);
    world.happens(5, 'database/1-opened');
    expect(world.tell(5)).toEqual(['slack: Database is down', 'pagerduty: Database is down']);
    world.happens(10, 'database/2-resolved', { reason: 'merged', into: '2026-11-20-shop' });
    expect(world.tell(10)).toEqual(['pagerduty: Resolved: Database is down']);
  });

  test('in announced maintenance nothing is told but the end', () => {
    const world = telling([SLACK]);
    world.tell(0);
    world.happens(5, 'database/1-opened');
    world.tell(5);
    world.happens(10, 'database/2-suppressed');
    world.happens(15, 'database/3-escalated');
    expect(world.tell(15)).toEqual([]);
    world.happens(20, 'database/4-resolved', { reason: 'maintenance' });
    expect(world.tell(20)).toEqual(['slack: Resolved: Database is down']);
  });
});

describe('levels', () => {
  const services = {
    shop: ['database'],
    database: { probes: [{ id: 'tcp' }, { id: 'backlog' }] },
  } as const;

  test('a pager gets what pages, the others all but what is silent', () => {
    for (const [level, expected] of [
      ['page', ['slack', 'pagerduty']],
      ['notify', ['slack']],
      ['none', []],
    ] as const) {
      const world = telling([SLACK, PAGER], services, { database: level });
      world.tell(0);
      world.happens(5, 'database/1-opened');
      expect(world.tell(5).map((line) => line.split(':')[0])).toEqual(expected);
    }
  });

  test('the probes that fail decide, not those that are well', () => {
    const world = telling([PAGER], services, { 'database/tcp': 'page', 'database/backlog': 'notify' });
    world.rounds({ minute: 0 });
    world.tell(0);
    world.rounds({ minute: 5, failing: ['database/backlog'] });
    world.happens(5, 'database/1-opened minor');
    expect(world.tell(5)).toEqual([]);
    world.rounds({ minute: 10, failing: ['database/backlog', 'database/tcp'] });
    world.happens(10, 'database/2-escalated critical');
    expect(world.tell(10)).toEqual(['pagerduty: Worse: Database is down']);
  });

  test('what fails through the cause counts, too', () => {
    const world = telling([PAGER], services, { shop: 'page', database: 'none' });
    world.tell(0);
    world.happens(5, 'database/1-opened', {
      services: [
        { id: 'database', state: 'major_outage' },
        { id: 'shop', state: 'major_outage' },
      ],
    });
    expect(world.tell(5)).toEqual(['pagerduty: Database is down']);
  });

  test('the end goes to whoever was told of the beginning, and only there', () => {
    const world = telling([{ ...SLACK, alert: ['page'] }, PAGER], services, { database: 'notify' });
    world.tell(0);
    world.happens(5, 'database/1-opened');
    world.tell(5);
    world.happens(10, 'database/2-resolved');
    expect(world.tell(10)).toEqual([]);
  });

  test('`when` says of what', () => {
    const world = telling([
      { ...SLACK, when: ['resolved', 'opened'] },
      { ...SLACK, name: 'talk', when: ['opened', 'update'] },
    ]);
    world.tell(0);
    world.happens(5, 'database/1-opened');
    world.happens(6, 'database/2-escalated');
    expect(world.tell(6)).toEqual(['slack: Database is down', 'talk: Database is down']);
    world.happens(7, 'database/p1-update', { kind: 'update', by: 'person', text: 'We *know*.' });
    expect(world.tell(7)).toEqual(['talk: Update: Database is down']);
    world.happens(8, 'database/3-resolved');
    expect(world.tell(8)).toEqual(['slack: Resolved: Database is down']);
  });
});

describe('the prober itself', () => {
  test('its fault is told to maintainers, once, and when it is over; no pager, no outage', () => {
    const world = telling([SLACK, PAGER, { ...PAGER, name: 'own', when: ['prober-fault'] }]);
    world.rounds({ minute: 0 });
    world.tell(0);
    world.rounds({ minute: 5, fault: true, failing: ['shop', 'database'] });
    expect(world.tell(5)).toEqual(['slack: The prober has no network', 'own: The prober has no network']);
    world.rounds({ minute: 10, fault: true });
    expect(world.tell(10)).toEqual([]);
    world.rounds({ minute: 15 });
    expect(world.tell(15)).toEqual([
      'slack: The prober has its network again',
      'own: The prober has its network again',
    ]);
  });

  test('told only when the network is back, it is one message', () => {
    const world = telling([SLACK]);
    world.rounds({ minute: 0 });
    world.tell(0);
    world.rounds({ minute: 5, fault: true });
    expect(world.tell(5, { slack: 'failed' })).toHaveLength(1);
    world.rounds({ minute: 10 });
    expect(world.tell(10)).toEqual(['slack: The prober has its network again']);
    expect(world.tell(15)).toEqual([]);
  });

  test('each location has faults of its own', () => {
    const world = telling([SLACK]);
    world.rounds({ minute: 0, at: 'eu' }, { minute: 1, at: 'us' });
    world.tell(1);
    world.rounds({ minute: 5, at: 'eu', fault: true }, { minute: 6, at: 'us' });
    expect(world.tell(6)).toEqual(['slack: The prober in eu has no network']);
  });

  test('that nobody looked for hours is told when somebody does', () => {
    const world = telling([SLACK]);
    world.rounds(...Array.from({ length: 20 }, (_, index) => ({ minute: index * 5 })));
    world.tell(95);
    world.rounds({ minute: 300 });
    expect(world.tell(300)).toEqual(['slack: Probing had stopped']);
    world.rounds({ minute: 305 });
    expect(world.tell(305)).toEqual([]);
  });
});

describe('how much', () => {
  const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`s${index}`, []]));

  test('beyond the limit the rest is one message, the loudest told alone', () => {
    const world = telling([SLACK, WEBHOOK], many, { s16: 'page' });
    world.tell(0);
    for (const id of Object.keys(many)) world.happens(5, `${id}/1-opened`);
    const told = world.tell(5);
    const slack = told.filter((line) => line.startsWith('slack'));
    expect(slack).toEqual([
      ...['S0', 'S1', 'S10', 'S11', 'S16'].map((name) => `slack: ${name} is down`),
      expect.stringMatching(/^slack: And 12 more messages: S12 is down; S13 is down; .*\.$/),
    ]);
    expect(told.length - slack.length).toBe(17);
    expect(world.tell(10)).toEqual([]);
  });

  test('one more than the limit is told as it is', () => {
    const world = telling([{ ...SLACK, limit: 1 }], many);
    world.tell(0);
    world.happens(5, 's1/1-opened');
    world.happens(5, 's2/1-opened');
    expect(world.tell(5)).toEqual(['slack: S1 is down', 'slack: S2 is down']);
  });

  test('for programs more than the limit waits for the next round', () => {
    const world = telling([{ ...WEBHOOK, limit: 10 }], many);
    world.tell(0);
    for (const id of Object.keys(many)) world.happens(5, `${id}/1-opened`);
    expect([world.tell(5).length, world.tell(10).length, world.tell(15).length]).toEqual([10, 7, 0]);
  });

  test('reminders are quiet while anything else is said, and end with the incident', () => {
    const world = telling([{ ...SLACK, remindMs: 6 * HOUR }, PAGER]);
    world.tell(0);
    world.happens(5, 'database/1-opened');
    world.tell(5);
    expect(world.tell(5 * 60)).toEqual([]);
    expect(world.tell(6 * 60 + 5)).toEqual(['slack: Still: Database is down']);
    expect(world.tell(6 * 60 + 10)).toEqual([]);
    world.happens(12 * 60, 'database/2-escalated');
    expect(world.tell(12 * 60 + 6)).toEqual(['slack: Worse: Database is down']);
    expect(world.tell(18 * 60 + 6)).toEqual(['slack: Still: Database is down']);
    world.happens(19 * 60, 'database/3-resolved');
    expect(world.tell(19 * 60)).toEqual(['slack: Resolved: Database is down']);
    expect(world.tell(36 * 60)).toEqual([]);
  });
});

describe('what fails', () => {
  test('is tried again with longer and longer waits, in order, with one message first', () => {
    const world = telling([WEBHOOK]);
    world.tell(0);
    world.happens(5, 'database/1-opened');
    expect(world.tell(5, { webhook: 'failed' })).toEqual(['webhook: Database is down']);
    world.happens(7, 'database/2-resolved');
    expect(world.tell(7)).toEqual([]);
    expect(world.tell(10, { webhook: 'failed' })).toEqual(['webhook: Database is down']);
    expect(world.tell(15)).toEqual([]);
    expect(world.tell(18)).toEqual(['webhook: Database is down']);
    expect(world.tell(18)).toEqual(['webhook: Resolved: Database is down']);
  });

  test('is given up after a day', () => {
    const world = telling([WEBHOOK]);
    world.tell(0);
    world.happens(5, 'database/1-opened');
    let tries = 0;
    for (let minute = 5; minute < 48 * 60; minute += 5) tries += world.tell(minute, { webhook: 'failed' }).length;
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(32);
  });

  test('is told by the next that works, once, and again when it fails again', () => {
    const world = telling([SLACK, { ...SLACK, name: 'dead' }]);
    world.tell(0);
    world.happens(5, 'database/1-opened');
    expect(world.tell(5, { dead: 'failed' })).toEqual(['slack: Database is down', 'dead: Database is down']);
    world.happens(60, 'shop/1-opened');
    const note = ' | The channel dead has not been reached since 2026-11-20 12:05 UTC.';
    expect(world.tell(60, { dead: 'failed' })[0]).toBe(`slack: Shop is down${note}`);
    world.happens(200, 'shop/2-resolved');
    expect(world.tell(200)[0]).toBe('slack: Resolved: Shop is down');
    world.happens(300, 'shop/3-reopened');
    world.tell(300, { dead: 'failed' });
    world.happens(310, 'shop/4-resolved');
    expect(world.tell(310)[0]).toContain('The channel dead has not been reached since 2026-11-20 17:00 UTC.');
  });

  test('what was refused for good is not tried again, and said', () => {
    const world = telling([SLACK, { ...SLACK, name: 'odd' }]);
    world.tell(0);
    world.happens(5, 'database/1-opened');
    world.tell(5, { odd: 'rejected' });
    world.happens(10, 'database/2-resolved');
    expect(world.tell(10)[0]).toBe(
      'slack: Resolved: Database is down | The channel odd refused a message at 2026-11-20 12:05 UTC.',
    );
  });
});

describe('a run that dies while it sends', () => {
  test('its messages are not sent again where they might arrive twice, and the next one says so', () => {
    const world = telling([SLACK]);
    world.tell(0);
    world.happens(5, 'database/1-opened');
    expect(world.tell(5, { slack: 'died' })).toEqual(['slack: Database is down']);
    // Perhaps it is still at it.
    expect(world.tell(10)).toEqual([]);
    expect(world.tell(25)).toEqual([]);
    world.happens(30, 'database/2-resolved');
    expect(world.tell(30)).toEqual([
      'slack: Resolved: Database is down | A message to the channel slack of 2026-11-20 12:05 UTC may not have arrived.',
    ]);
    world.happens(35, 'database/3-reopened');
    expect(world.tell(35)).toEqual(['slack: Again: Database is down']);
  });

  test('and are, where the receiver knows them by their id', () => {
    const world = telling([WEBHOOK, PAGER], undefined, { database: 'page' });
    world.tell(0);
    world.happens(5, 'database/1-opened');
    world.tell(5, { webhook: 'died', pagerduty: 'died' });
    expect(world.tell(10)).toEqual([]);
    expect(world.tell(25)).toEqual(['webhook: Database is down', 'pagerduty: Database is down']);
    expect(world.tell(30)).toEqual([]);
  });
});
