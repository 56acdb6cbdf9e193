/** What is said of an occurrence: words and facts, harmless whoever wrote them, for a channel to bring into its form. */
import type { Config } from '../config/config.ts';
import type { Alert } from '../config/notifications.ts';
import type { Placeholder } from '../config/template.ts';
import type { Impact } from '../incidents/event.ts';
import { beganAt, type Incident } from '../incidents/incident.ts';
import { eventInWords, titleOf } from '../incidents/words.ts';
import { isFailing } from '../model.ts';
import { durationInWords, instantInWords, plural } from '../units.ts';
import { clean, cut } from './clean.ts';
import type { Occurrence, Subject, What } from './occurrence.ts';

export interface Notice {
  /** Of the event; the same for every try. */
  id: string;
  what: What | 'digest' | 'test';
  /** The same for all that is said of one incident. */
  about: string;
  level: Alert;
  at: number;
  isOver: boolean;
  impact: Impact;
  title: string;
  /** Sentences. */
  text: string;
  /** In this order, for people. */
  facts: readonly { label: string; value: string }[];
  values: Readonly<Record<Placeholder, string>>;
  link?: string;
  /** What else the reader should know: another channel that fails. */
  footnotes: readonly string[];
  page: { title: string; url?: string };
  /** For programs. */
  incident?: {
    id: string;
    title: string;
    status: string;
    impact: Impact;
    cause: { id: string; name: string; probable: true; probed: boolean; share?: number } | null;
    chain: readonly string[];
    affected: readonly { id: string; name: string; state: string }[];
    /** ISO 8601, UTC. */
    since: string;
    end: string | null;
    evidence: string | null;
  };
}

/** Names in a sentence. */
const MAX_NAMES = 5;
/** In a document for programs. */
const MAX_AFFECTED = 200;
const MAX_TITLE = 200;
const MAX_TEXT = 1200;

export type Named = Pick<Config, 'page' | 'services'>;

export function noticeOf(occurrence: Occurrence, config: Named): Notice {
  const { id, what, about, level, at, isOver, subject } = occurrence;
  const base = { id, what, about, level, at, isOver, footnotes: [], page: pageOf(config) };
  if (subject.of === 'incident') return { ...base, ...ofIncident(occurrence, subject, config) };
  const said = subject.of === 'stale' ? ofGap(subject) : ofFault(subject);
  return { ...base, ...said, impact: 'none', facts: [], values: valuesOf({ ...said, what, id: about, config }) };
}

function ofIncident({ what }: Occurrence, { incident, event }: Subject & { of: 'incident' }, config: Named) {
  const names = new Map(config.services.map(({ id, name }) => [id, clean(name, 80)]));
  const nameOf = (id: string): string => names.get(id) ?? clean(id, 80);
  const plain = clean(titleOf(incident, nameOf), MAX_TITLE - 20);
  const title = `${event?.kind === 'reopened' ? 'Again: ' : (PREFIXES[what] ?? '')}${plain}`;
  const own = event?.by === 'person' && event.text !== undefined ? event.text : undefined;
  const said = own ?? (event ? eventInWords(event, nameOf) : lastsInWords(incident));
  const text = clean(said === '' ? plain : said, MAX_TEXT);
  const facts = factsOf(incident, nameOf);
  const link = linkOf(config, incident.id);
  const affected = affectedOf(incident);
  const { id, status, impact, cause, share, isGuess, chain, endsAt } = incident;
  const evidence = evidenceOf(incident);
  return {
    title,
    text,
    impact: what === 'resolved' ? incident.peakImpact : impact,
    facts: facts.map(({ label, value }) => ({ label, value })),
    ...(link !== undefined && { link }),
    values: valuesOf({
      title,
      text,
      what,
      id,
      config,
      impact,
      since: instantInWords(beganAt(incident)),
      affected: namesInWords(affected.map((one) => nameOf(one.id))),
      count: String(affected.length),
      ...(cause !== undefined && { cause: nameOf(cause) }),
      chain: chain.slice(0, 10).map(nameOf).join(' → '),
      ...(evidence !== undefined && { evidence }),
      ...(link !== undefined && { link }),
    }),
    incident: {
      id,
      title: plain,
      status,
      impact,
      cause:
        cause === undefined
          ? null
          : {
              id: clean(cause, 200),
              name: nameOf(cause),
              probable: true as const,
              probed: !isGuess,
              ...(share !== undefined && { share }),
            },
      chain: chain.slice(0, MAX_AFFECTED).map((one) => clean(one, 200)),
      affected: affected.slice(0, MAX_AFFECTED).map((one) => ({
        id: clean(one.id, 200),
        name: nameOf(one.id),
        state: one.state,
      })),
      since: iso(beganAt(incident)),
      end: endsAt === undefined ? null : iso(endsAt),
      evidence: evidence ?? null,
    },
  };
}

const PREFIXES: Partial<Record<What, string>> = {
  escalated: 'Worse: ',
  cause: 'Another cause: ',
  resolved: 'Resolved: ',
  update: 'Update: ',
  reminder: 'Still: ',
};

function lastsInWords({ startsAt, updatedAt }: Incident): string {
  return `It began at ${instantInWords(startsAt)}, and lasts. Nothing has changed since ${instantInWords(updatedAt)}.`;
}

function factsOf(incident: Incident, nameOf: (id: string) => string): { label: string; value: string }[] {
  const { cause, isGuess, share, chain, endsAt, impact } = incident;
  const affected = affectedOf(incident).map(({ id }) => nameOf(id));
  const began = beganAt(incident);
  const part = share === undefined || share >= 0.995 ? '' : ` (${Math.floor(share * 100 + 1e-9)} %)`;
  const evidence = evidenceOf(incident);
  const facts: [string, string | undefined][] = [
    [
      'Probable cause',
      cause === undefined ? undefined : `${nameOf(cause)}${part}${isGuess ? ', which is not probed' : ''}`,
    ],
    ['Evidence', evidence],
    ['Seen through', chain.length > 1 ? chain.slice(0, 10).map(nameOf).join(' → ') : undefined],
    [
      'Affected',
      affected.length === 0 ? undefined : `${plural(affected.length, 'service')}: ${namesInWords(affected)}`,
    ],
    ['Impact', endsAt === undefined ? impact : undefined],
    ['Since', endsAt === undefined ? instantInWords(began) : undefined],
    [
      'Lasted',
      endsAt === undefined
        ? undefined
        : `${instantInWords(began)} to ${instantInWords(endsAt)} (${durationInWords(endsAt - began)})`,
    ],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value: cut(value, 500) }]));
}

/** Those that fail; of one that is over those that did. */
function affectedOf({ affected, endsAt }: Incident): { id: string; state: string }[] {
  return [...affected]
    .filter(([, { state, worst }]) => isFailing(endsAt === undefined ? state : worst))
    .map(([id, { state, worst }]) => ({ id, state: endsAt === undefined ? state : worst }));
}

function evidenceOf({ events }: Incident): string | undefined {
  const said = events.findLast(({ evidence }) => evidence !== undefined)?.evidence;
  return said === undefined ? undefined : clean(said, 300);
}

function namesInWords(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return rest > 0 ? `${names.slice(0, MAX_NAMES).join(', ')} and ${rest} more` : names.join(', ');
}

function ofFault({ location, from, until }: Subject & { of: 'prober-fault' }): {
  title: string;
  text: string;
  since: string;
} {
  const where = location === 'local' ? '' : ` in ${clean(location, 60)}`;
  const since = instantInWords(from);
  if (until === undefined) {
    const text = `Since ${since} the prober${where} reaches nothing, most likely because its own network fails. What it sees is not counted, and no service is blamed. Please look at the machine that probes.`;
    return { title: `The prober${where} has no network`, text, since };
  }
  const text = `From ${since} to ${instantInWords(until)} the prober${where} reached nothing, most likely because its own network failed. No service was blamed; of that time nothing is known.`;
  return { title: `The prober${where} has its network again`, text, since };
}

function ofGap({ from, until }: Subject & { of: 'stale' }): { title: string; text: string; since: string } {
  const text = `Nothing was probed from ${instantInWords(from)} to ${instantInWords(until)} (${durationInWords(until - from)}). Of that time nothing is known. Please look at what starts the rounds.`;
  return { title: 'Probing had stopped', text, since: instantInWords(from) };
}

/** Several that would be too many messages, in one. */
export function digestOf(notices: readonly Notice[], config: Named): Notice {
  const first = notices[0]!;
  const title = `And ${plural(notices.length, 'more message')}`;
  const shown = notices.slice(0, 12).map((notice) => notice.title);
  const rest = notices.length - shown.length;
  const text = cut(`${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.`, MAX_TEXT);
  const page = pageOf(config);
  return {
    id: `digest/${first.id}`,
    what: 'digest',
    about: `digest/${first.id}`,
    level: notices.some(({ level }) => level === 'page') ? 'page' : 'notify',
    at: Math.max(...notices.map(({ at }) => at)),
    isOver: notices.every(({ isOver }) => isOver),
    impact: first.impact,
    title,
    text,
    facts: [],
    values: valuesOf({ title, text, what: 'digest', id: '', config }),
    ...(page.url !== undefined && { link: page.url }),
    footnotes: [],
    page,
  };
}

/** To see whether a channel works. */
export function testNotice(config: Named, id: string, at: number): Notice {
  const page = pageOf(config);
  const title = 'This is a test';
  const text = 'This channel works. Nothing has happened, and nothing need be done.';
  return {
    id: `test/${id}`,
    what: 'test',
    about: `test/${id}`,
    level: 'notify',
    at,
    isOver: false,
    impact: 'none',
    title,
    text,
    facts: [],
    values: valuesOf({ title, text, what: 'test', id: '', config }),
    ...(page.url !== undefined && { link: page.url }),
    footnotes: [],
    page,
  };
}

type Values = Partial<Record<Placeholder, string>> & { what: string; config: Named };

function valuesOf({ what, config, ...given }: Values): Notice['values'] {
  return {
    title: '',
    text: '',
    event: what,
    impact: 'none',
    cause: 'unknown',
    chain: '',
    affected: '',
    count: '0',
    evidence: '',
    since: '',
    link: '',
    page: pageOf(config).title,
    id: '',
    ...given,
  };
}

function pageOf({ page }: Named): Notice['page'] {
  return { title: clean(page.title, 100), ...(page.url !== undefined && { url: page.url }) };
}

function linkOf({ page }: Named, incident: string): string | undefined {
  if (page.url === undefined) return undefined;
  return new URL(`incidents/${incident}/`, page.url.replace(/[?#].*$/, '').replace(/\/?$/, '/')).href;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
