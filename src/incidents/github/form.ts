/** The body of an issue that was opened with a form → what was filled in. GitHub writes each answer under its label. */
import { readInstant } from '../../calendar/instant.ts';
import { isTimeZone, wallTimeAt } from '../../calendar/local-time.ts';
import { problemOf } from '../../calendar/recurrence.ts';
import { readRule } from '../../calendar/rule.ts';
import type { Announcement } from '../announce.ts';
import { windowProblem } from '../announce.ts';
import { DECLARED_IMPACTS, type DeclaredImpact } from '../person.ts';
import { IMPACT_LABEL, type Issue, SERVICE_LABEL } from './issue.ts';
import { titleIn, wordsOf } from './words.ts';

/** What services.yml knows. */
export interface Services {
  services: readonly { id: string; name: string }[];
  renamed: ReadonlyMap<string, string>;
}

export type Form<T> = { form: T } | { problems: string[] };

/** As the forms call them; a person may call a part of the last one what they like. */
const INCIDENT_FIELDS = ['Services', 'Impact', 'What is known'];
const MAINTENANCE_FIELDS = ['Services', 'Start', 'End', 'Time zone', 'Repeats', 'What is done'];

export interface IncidentForm {
  title: string;
  services: string[];
  impact: DeclaredImpact;
  text: string;
}

/** Without the form's headings, labels say the services and the impact, and the body what is known. */
export function incidentForm({ title, body, labels }: Issue, known: Services): Form<IncidentForm> {
  const fields = fieldsOf(body, INCIDENT_FIELDS);
  const problems: string[] = [];
  const labelled = (beginning: string): string =>
    labels.flatMap((label) => (label.startsWith(beginning) ? [label.slice(beginning.length)] : [])).join(',');
  const services = servicesIn(fields.get('Services') ?? labelled(SERVICE_LABEL), known, problems);
  const impact = impactIn(fields.get('Impact') ?? labelled(IMPACT_LABEL), problems);
  const text = wordsOf(fields.size === 0 ? body : (fields.get('What is known') ?? ''));
  const name = titleIn(title);
  if (name === '') problems.push('the title is empty');
  if (text === '') problems.push('`What is known` is empty');
  return problems.length > 0 ? { problems } : { form: { title: name, services, impact: impact!, text } };
}

export function maintenanceForm({ title, body }: Issue, known: Services): Form<Announcement> {
  const fields = fieldsOf(body, MAINTENANCE_FIELDS);
  const problems: string[] = [];
  const services = servicesIn(fields.get('Services') ?? '', known, problems);
  const zone = fields.get('Time zone') || 'UTC';
  if (!isTimeZone(zone)) problems.push(`\`Time zone\`: expected an IANA name like Europe/Berlin, got ${quoted(zone)}`);
  const timeZone = isTimeZone(zone) ? zone : 'UTC';
  const instant = (field: string) => {
    const text = fields.get(field) ?? '';
    const read = readInstant(text, timeZone);
    if (!read) problems.push(`\`${field}\`: expected a time like 2026-12-01 02:00, got ${quoted(text)}`);
    return read;
  };
  const [start, end] = [instant('Start'), instant('End')];
  const text = wordsOf(fields.get('What is done') ?? '');
  const name = titleIn(title);
  if (name === '') problems.push('the title is empty');
  if (text === '') problems.push('`What is done` is empty');
  const problem = start && end && windowProblem(start.at, end.at);
  if (problem) problems.push(`\`End\`: ${problem}`);
  const repeat =
    start && end && !problem ? repeatIn(fields.get('Repeats') ?? '', start.at, end.at, timeZone, problems) : undefined;
  if (problems.length > 0) return { problems };
  const times = { startsAt: start!.at, endsAt: end!.at };
  return { form: { title: name, services, ...times, text, ...(repeat && { repeat }) } };
}

function repeatIn(
  text: string,
  startsAt: number,
  endsAt: number,
  timeZone: string,
  problems: string[],
): Announcement['repeat'] {
  if (text === '') return undefined;
  const read = readRule(text, timeZone);
  if ('problem' in read) {
    problems.push(`\`Repeats\`: ${read.problem}`);
    return undefined;
  }
  const { rule, lastAt } = read;
  const problem = problemOf(
    { rule, timeZone, firstWall: wallTimeAt(startsAt, timeZone), except: [] },
    endsAt - startsAt,
  );
  if (problem) problems.push(`\`${FIELD_OF[problem.key]}\`: ${problem.message}`);
  return { rule, timeZone, ...(lastAt !== undefined && { last: Math.floor(lastAt / 1000) }) };
}

const FIELD_OF = { start: 'Start', repeat: 'Repeats', length: 'End' } as const;

function fieldsOf(body: string, labels: readonly string[]): Map<string, string> {
  const fields = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of body.split(/\r?\n/)) {
    const heading = /^###\s+(.+?)\s*$/.exec(line)?.[1];
    // The last is free text, in which a heading is a heading.
    const isField =
      heading !== undefined && labels.includes(heading) && !fields.has(heading) && !fields.has(labels.at(-1)!);
    if (isField) {
      current = [];
      fields.set(heading, current);
    } else current?.push(line);
  }
  return new Map(
    [...fields].map(([label, lines]) => {
      const text = lines.join('\n').trim();
      return [label, text === '_No response_' ? '' : text];
    }),
  );
}

/** By id, former id, or name; in the order in which they are named, each once. */
function servicesIn(text: string, { services, renamed }: Services, problems: string[]): string[] {
  const named = text
    .split(/[,\n]/)
    .map((name) =>
      name
        .replace(/^\s*[-*]\s/, '')
        .replaceAll('`', '')
        .trim(),
    )
    .filter((name) => name !== '');
  if (named.length === 0) problems.push('`Services`: expected ids of services like `shop, api`, got none');
  const ids = named.flatMap((name) => {
    const wanted = renamed.get(name) ?? name;
    const found =
      services.find(({ id }) => id === wanted) ??
      services.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (!found) problems.push(`\`Services\`: no service is called ${quoted(name)}`);
    return found ? [found.id] : [];
  });
  return [...new Set(ids)];
}

/** The first word: a form may explain what each means. */
function impactIn(text: string, problems: string[]): DeclaredImpact | undefined {
  const word = /^[a-z]+/.exec(text.trim().toLowerCase())?.[0] ?? 'minor';
  const found = DECLARED_IMPACTS.find((impact) => impact === word);
  if (!found) problems.push(`\`Impact\`: expected ${DECLARED_IMPACTS.join(', ')}, got ${quoted(word)}`);
  return found;
}

/** In code nobody is mentioned. */
function quoted(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}`\s]+/gu, ' ').trim();
  return plain === '' ? 'nothing' : `\`${plain.length > 100 ? `${plain.slice(0, 99)}…` : plain}\``;
}
