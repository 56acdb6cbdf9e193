/** `/index.md`: home as Markdown, and `/llms.txt`, which says where everything is. For programs that read prose. */
import { servicePath } from '../addresses.ts';
import { FEEDS } from '../feeds/list.ts';
import { addressOf, publicationOf } from '../feeds/publication.ts';
import { plainText } from '../markdown.ts';
import type { ServiceView } from '../service-view.ts';
import { cadenceInWords, type Site } from '../site.ts';
import { instantInWords } from '../words.ts';

const MAX_NAME = 200;
const MAX_INCIDENTS = 10;

export function markdownHome(site: Site): string {
  const { page, attention, groups, upcoming, incidents, isLastKnown } = site;
  const link = linkIn(site);
  const row = (service: ServiceView): string =>
    `- ${link(service.name, servicePath(service.id))}: ${stateInWords(service)}`;
  const time = (at: number): string => instantInWords(at, site.precision);
  const blocks = [
    `# ${literal(page.title)}`,
    ...(page.description ? [literal(page.description)] : []),
    ...statement(site),
    ...(attention.length > 0 ? ['## Needs attention', list(attention, row)] : []),
    `## Services${isLastKnown ? ' (last known)' : ''}`,
    ...groups.flatMap(({ name, services }) => [
      ...(name === undefined && groups.length === 1 ? [] : [`### ${literal(name ?? 'Other services')}`]),
      list(services, row),
    ]),
    ...(upcoming.length > 0
      ? [
          '## Maintenance',
          list(
            upcoming,
            ({ title, names, startsAt, endsAt }) =>
              `- ${literal(title)}: ${literal(names.join(', '))}, ${instantInWords(startsAt)} to ${instantInWords(endsAt)}`,
          ),
        ]
      : []),
    ...(incidents.length > 0
      ? [
          '## Incidents',
          list(
            incidents.slice(0, MAX_INCIDENTS),
            ({ id, title, status, startsAt, endsAt }) =>
              `- ${link(title, `/incidents/${id}/`)}: ${status}, ${time(startsAt)}${endsAt === undefined ? '' : ` to ${time(endsAt)}`}`,
          ),
        ]
      : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** https://llmstxt.org */
export function llmsText(site: Site): string {
  const { page, services } = site;
  const link = linkIn(site);
  const blocks = [
    `# ${literal(page.title)}`,
    `> ${literal(page.description ?? `Status of ${page.title}: what works, what does not, and the probable cause.`)}`,
    ...statement(site),
    'A state is one of operational, degraded, partial_outage, major_outage, maintenance, unknown. Nothing here is newer than its "as of"; past "valid until" it is only last known. All times are UTC.',
    '## Status',
    [
      `- ${link('The page as Markdown', '/index.md')}: headline, services, maintenance, incidents`,
      `- ${link('status.json', '/status.json')}: the same for programs, described by ${link('its schema', '/schemas/status.json')}`,
      `- ${link('metrics', '/metrics')}: states, uptime and latencies as OpenMetrics text`,
      ...FEEDS.map(({ file, label }) => `- ${link(file, `/${file}`)}: ${label}`),
      `- ${link('maintenance.ics', '/maintenance.ics')}: announced maintenance as a calendar`,
    ].join('\n'),
    '## Services',
    list(services, ({ id, name }) => `- ${link(name, servicePath(id))}: id ${id}`),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function statement({ headline, age, counts, isLastKnown, precision }: Site): string[] {
  const sentences = [`**${literal(headline.verdict)}**`, ...headline.because.map(literal)].join(' ');
  if (!age) return [sentences];
  const until = instantInWords(age.probedAt + age.staleAfterMs, precision);
  const fresh = `as of ${instantInWords(age.probedAt, precision)}, ${cadenceInWords(age)}, valid until ${until}`;
  return [sentences, `${fresh}. ${isLastKnown ? 'Last known: ' : ''}${counts.map(({ words }) => words).join(', ')}.`];
}

function stateInWords({ word, note, isCause, since, evidence, uptime }: ServiceView): string {
  const parts = [
    word,
    ...(note === undefined ? [] : [note]),
    ...(isCause ? ['probable cause'] : []),
    ...(evidence === '' ? [] : [evidence]),
    ...(evidence !== '' && since !== undefined ? [`since ${instantInWords(since)}`] : []),
    uptime.words === undefined ? 'no data yet' : `${uptime.words} up (${uptime.coverage})`,
  ];
  return literal(parts.join(', '));
}

function list<T>(items: readonly T[], lineOf: (item: T) => string): string {
  return items.map(lineOf).join('\n');
}

function linkIn({ page }: Site): (label: string, path: string) => string {
  const publication = publicationOf(page);
  return (label, path) => `[${literal(label)}](${addressOf(publication, '/', path)})`;
}

/** Text that is nothing but text: one line, and no mark in it means anything. */
function literal(text: string): string {
  return plainText(text.replaceAll(/\s+/g, ' '), 2 * MAX_NAME)
    .toWellFormed()
    .replaceAll(/[\\`*_{}[\]<>#|~&!]/g, '\\$&')
    .replace(/^[-+=:]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}
