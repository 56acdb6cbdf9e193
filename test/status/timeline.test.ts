import { describe, expect, test } from 'vitest';
import type { State } from '../../src/model.ts';
import { MINUTE, NOON, type PlayOptions, play, type Seen, type ServiceSketch, sketch } from './sketch.ts';

const DOWN = 'down status 500';
const LETTERS: Record<State, string> = {
  operational: '.',
  degraded: 'd',
  partial_outage: 'p',
  major_outage: 'X',
  maintenance: 'm',
  unknown: '?',
};

/** The states of one service, a letter a round: `.` operational, `d`, `p`, `X` major outage, `m`, `?` unknown. */
function statesOf(
  id: string,
  services: Readonly<Record<string, readonly string[] | ServiceSketch>>,
  rounds: readonly Record<string, Seen>[],
  options?: PlayOptions,
): string {
  return play(sketch(services), rounds, options)
    .map(({ states }) => LETTERS[states[id]!])
    .join('');
}

/** `. . x` as rounds of one service: up, up, down; `d` degraded, `-` no reading, `?` an unknown one. */
function alone(text: string, probe: ServiceSketch['probes'] = [{}], options?: PlayOptions): string {
  const words: Record<string, string> = { '.': 'up', x: DOWN, d: 'degraded slow 3000', '?': 'unknown proxy' };
  const rounds = [...text].map((letter): Record<string, Seen> => (letter === '-' ? {} : { web: words[letter]! }));
  return statesOf('web', { web: { probes: probe } }, rounds, options);
}

describe('confirmation by the last readings', () => {
  test.each([
    ['two failures in a row confirm', '.xx', '..X'],
    ['two of three confirm', '.x.x', '...X'],
    ['two of four do not', '.x..x.', '......'],
    ['degraded readings count', '.dd', '..d'],
    ['a degraded and a down one are as bad as the last', '.dx.xd', '..X.Xd'],
    ['the first up reading clears it', '.xx.', '..X.'],
    ['after it the next failure needs no third look: two of the last three', '.xx.x', '..X.X'],
    ['missing readings are not failures', '.x-x', '...X'],
    ['nor are unknown ones', '.x?x', '...X'],
    ['never up is unknown until it is confirmed', 'xx', '?X'],
    ['never up and once degraded is unknown, too', 'd', '?'],
    ['up at once is believed at once', '.', '.'],
  ])('%s', (_, readings, states) => {
    expect(alone(readings)).toBe(states);
  });

  test.each([
    ['the same reason on both sides confirms', 'down status 500', 'X'],
    ['two reasons may be two false readings', 'down reset', '.'],
  ])('around a round that was discarded: %s', (_, after, state) => {
    const services = { web: [], a: [], b: [], c: [] };
    const well = { a: 'up', b: 'up', c: 'up' };
    const silent = { web: 'down unreachable', a: 'down unreachable', b: 'down unreachable', c: 'down unreachable' };
    const rounds = [{ ...well, web: 'up' }, { ...well, web: DOWN }, silent, { ...well, web: after }];
    const steps = play(sketch(services), rounds);
    expect(steps.map(({ verdict }) => verdict.isProberFault)).toEqual([false, false, true, false]);
    expect(LETTERS[steps.at(-1)!.states.web!]).toBe(state);
  });

  test.each([
    ['1 of 1 trusts every reading', 1, 1, '.x.x', '.X.X'],
    ['1 of 1 needs no up before', 1, 1, 'x', 'X'],
    ['3 of 3 waits', 3, 3, '.xx.xxx', '......X'],
    ['2 of 2 wants them in a row', 2, 2, '.x.xx', '....X'],
    ['1 of 3 is cleared all the same', 1, 3, '.x..', '.X..'],
  ])('confirm: %s', (_, needed, window, readings, states) => {
    expect(alone(readings, [{ confirm: { needed, window } }])).toBe(states);
  });

  test('an outage began with its first failure, not when it was confirmed', () => {
    const { own } = play(sketch({ web: [] }), [{ web: 'up' }, { web: DOWN }, { web: DOWN }, { web: DOWN }]).at(-1)!;
    expect(own.get('web')!.since).toBe(NOON + 5 * MINUTE);
  });

  test('failures before the last up reading belong to an earlier outage', () => {
    const { own } = play(sketch({ web: [] }), [{ web: 'up' }, { web: DOWN }, { web: 'up' }, { web: DOWN }]).at(-1)!;
    expect(own.get('web')!.since).toBe(NOON + 15 * MINUTE);
  });
});

describe('confirmation by neighbours', () => {
  test('a confirmed hard dependency confirms the first failure of its user', () => {
    const rounds = [
      { web: 'up', db: 'up' },
      { web: 'up', db: DOWN },
      { web: 'up', db: DOWN },
      { web: DOWN, db: DOWN },
    ];
    expect(statesOf('web', { web: ['db'], db: [] }, rounds)).toBe('...X');
  });

  test('a confirmed hard user confirms the first failure of its dependency', () => {
    const rounds = [
      { web: 'up', db: 'up' },
      { web: DOWN, db: 'up' },
      { web: DOWN, db: 'up' },
      { web: DOWN, db: DOWN },
    ];
    expect(statesOf('db', { web: ['db'], db: [] }, rounds)).toBe('...X');
  });

  test('a confirmed soft dependency does not', () => {
    const rounds = [
      { web: 'up', db: DOWN },
      { web: 'up', db: DOWN },
      { web: DOWN, db: DOWN },
    ];
    expect(statesOf('web', { web: ['soft db'], db: [] }, rounds)).toBe('...');
  });

  test('two direct neighbours that fail in the same round confirm it', () => {
    const services = { web: ['db', 'soft mail'], db: [], mail: [], other: [] };
    const well = { web: 'up', db: 'up', mail: 'up', other: 'up' };
    expect(statesOf('web', services, [well, { ...well, web: DOWN, db: DOWN, mail: DOWN }])).toBe('.X');
    expect(statesOf('web', services, [well, { ...well, web: DOWN, db: DOWN }])).toBe('..');
  });

  test('strangers and services that are only looked at are no neighbours', () => {
    const services = { web: ['insight eye', 'db'], eye: [], db: [], stranger: [] };
    const well = { web: 'up', eye: 'up', db: 'up', stranger: 'up' };
    expect(statesOf('web', services, [well, { web: DOWN, eye: DOWN, db: DOWN, stranger: DOWN }])).toBe('..');
  });

  test('it runs along a chain of failures in one round', () => {
    const services = { web: ['api'], api: ['auth'], auth: ['db'], db: [] };
    const well = { web: 'up', api: 'up', auth: 'up', db: 'up' };
    const steps = play(sketch(services), [well, { ...well, db: DOWN }, { web: DOWN, api: DOWN, auth: DOWN, db: DOWN }]);
    expect(steps.at(-1)!.states).toEqual({
      web: 'major_outage',
      api: 'major_outage',
      auth: 'major_outage',
      db: 'major_outage',
    });
  });

  test('it reaches every failing probe of a service, also beside one that was confirmed before', () => {
    const services = { web: { needs: ['db'], probes: [{ id: 'ping' }, { id: 'extra', essential: false }] }, db: [] };
    const broken = { web: { ping: 'up', extra: DOWN }, db: DOWN };
    const rounds = [
      { web: { ping: 'up', extra: 'up' }, db: 'up' },
      broken,
      broken,
      { web: { ping: DOWN, extra: DOWN }, db: DOWN },
    ];
    expect(statesOf('web', services, rounds)).toBe('..dX');
  });

  test('an outage that nobody has seen for long confirms nothing', () => {
    const services = { web: ['db'], db: [] };
    const gone = Array.from({ length: 4 }, () => ({ web: 'up' }));
    expect(statesOf('web', services, [{ web: 'up', db: DOWN }, { web: 'up', db: DOWN }, ...gone, { web: DOWN }])).toBe(
      '.......',
    );
  });
});

describe('confirmation with rounds far apart', () => {
  test.each([
    ['30 minutes: a second look comes too late', 30, '.x', [{}], '.X'],
    ['10 minutes: it does not', 10, '.x', [{}], '..'],
    ['a degraded reading counts, too', 30, '.d', [{}], '.d'],
  ])('%s', (_, minutes, readings, probes, states) => {
    expect(alone(readings, probes, { everyMs: minutes * MINUTE })).toBe(states);
  });

  test('a round in which a later attempt succeeded confirms nothing', () => {
    const rounds = [{ web: 'up' }, { web: 'degraded refused x2' }];
    expect(statesOf('web', { web: [] }, rounds, { everyMs: 30 * MINUTE })).toBe('..');
  });
});

describe('no reading', () => {
  test.each([
    ['keeps the last state for three rounds, then it is unknown', '.----', '....?'],
    ['keeps an outage as long', '.xx----', '..XXXX?'],
    ['an unknown reading is no reading', '.????', '....?'],
    ['one up reading ends it', '.----.', '....?.'],
    ['one failure after it does not make it operational', '.----x', '....??'],
    ['a second failure after it confirms', '.----xx', '....??X'],
    ['never any', '---', '???'],
  ])('%s', (_, readings, states) => {
    expect(alone(readings)).toBe(states);
  });

  test('a probe that is no longer read does not date an outage of the others', () => {
    const services = { web: { probes: [{ id: 'old' }, { id: 'new' }] } };
    const rounds: Record<string, Seen>[] = [
      { web: { old: DOWN } },
      { web: { old: DOWN } },
      ...Array.from({ length: 4 }, () => ({ web: { new: 'up' } })),
      { web: { new: DOWN } },
      { web: { new: DOWN } },
    ];
    const { own, states } = play(sketch(services), rounds).at(-1)!;
    expect([states.web, own.get('web')!.since]).toEqual(['major_outage', NOON + 30 * MINUTE]);
  });

  test('a service without probes is unknown by itself', () => {
    expect(statesOf('aws', { aws: { probes: [] }, web: [] }, [{ web: 'up' }])).toBe('?');
  });

  test('an observation of a service that is gone is not about anybody', () => {
    const services = sketch({ web: [], gone: [] });
    const rounds = [{ web: 'up', gone: DOWN }];
    const [before] = play(services, rounds);
    const without = play(services.slice(0, 1), [{ web: 'up' }]);
    expect(before!.states.web).toBe(without[0]!.states.web);
  });
});

describe('several probes', () => {
  const services = { web: { probes: [{ id: 'ping' }, { id: 'pages' }, { id: 'extra', essential: false }] } };
  const well = { ping: 'up', pages: 'up', extra: 'up' };
  const after = (seen: Record<string, string>): string =>
    statesOf('web', services, [{ web: well }, { web: seen }, { web: seen }]);

  test.each([
    ['one of two essential ones down', { ...well, ping: DOWN }, '..p'],
    ['both down', { ...well, ping: DOWN, pages: DOWN }, '..X'],
    ['one degraded', { ...well, ping: 'degraded slow 3000' }, '..d'],
    ['one that is not essential degrades at most', { ...well, extra: DOWN }, '..d'],
  ])('%s', (_, seen, states) => {
    expect(after(seen)).toBe(states);
  });

  test('each is confirmed by itself', () => {
    const rounds = [{ web: well }, { web: { ...well, ping: DOWN } }, { web: { ...well, pages: DOWN } }];
    expect(statesOf('web', services, rounds)).toBe('...');
  });
});

describe('maintenance', () => {
  const from = (first: number, after: number) => ({
    maintenance: [
      { title: 'Work', services: ['web'], startsAt: NOON + first * 5 * MINUTE, endsAt: NOON + after * 5 * MINUTE },
    ],
  });

  test.each([
    ['is the state while it lasts, whatever is read', '..xx..', 2, 4, '..mm..'],
    ['begins with its start and ends before its end', '....', 1, 2, '.m..'],
    ['without readings is maintenance, not unknown', '..----', 2, 6, '..mmmm'],
    ['an up reading ends an outage that began in it', '..xx.', 2, 4, '..mm.'],
    ['failures in it do not confirm the ones after it', '..xxx', 2, 4, '..mm?'],
    ['after it two failures confirm', '..xxxx', 2, 4, '..mm?X'],
    ['an outage from before it is looked at afresh', 'xx.xxx', 2, 4, '?Xmm?X'],
    ['after it nothing is operational that was not seen up', '..--x', 2, 4, '..mm?'],
  ])('%s', (_, readings, first, after, states) => {
    expect(alone(readings, [{}], from(first, after))).toBe(states);
  });

  test('the service in it confirms nothing for its neighbours', () => {
    const services = { web: ['db'], db: [] };
    const options = { maintenance: [{ title: 'Work', services: ['db'], startsAt: NOON, endsAt: NOON + 60 * MINUTE }] };
    const rounds = [
      { web: 'up', db: DOWN },
      { web: 'up', db: DOWN },
      { web: DOWN, db: DOWN },
    ];
    expect(statesOf('web', services, rounds, options)).toBe('...');
  });
});
