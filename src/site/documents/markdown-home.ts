/** `/index.md`: home as Markdown, and `/llms.txt`, which says where everything is. For programs that read prose. */

import type { Words } from '../../messages/en.ts';
import { STATES } from '../../model.ts';
import { servicePath } from '../addresses.ts';
import { FEEDS } from '../feeds/list.ts';
import { addressOf, publicationOf } from '../feeds/publication.ts';
import { plainSentence } from '../markdown.ts';
import type { ServiceView } from '../service-view.ts';
import { cadenceInWords, type Site } from '../site.ts';
import { instant } from '../words.ts';

const MAX_NAME = 200;
const MAX_INCIDENTS = 10;

export function markdownHome(site: Site): string {
  const { page, attention, groups, upcoming, incidents, isLastKnown, words } = site;
  const said = words.page;
  const link = linkIn(site);
  const row = (service: ServiceView): string =>
    `- ${link(service.name, servicePath(service.id))}: ${stateInWords(service, words)}`;
  const time = (at: number): string => instant(words, at, site.precision);
  const fromTo = (from: string, to: string): string => words.maintenance.fromTo(from, to);
  const blocks = [
    `# ${literal(page.title)}`,
    ...(page.description ? [literal(page.description)] : []),
    ...statement(site),
    ...(attention.length > 0 ? [`## ${said.attention}`, list(attention, row)] : []),
    `## ${isLastKnown ? said.servicesLastKnown : said.services}`,
    ...groups.flatMap(({ name, services }) => [
      ...(name === undefined && groups.length === 1 ? [] : [`### ${literal(name ?? said.otherServices)}`]),
      list(services, row),
    ]),
    ...(upcoming.length > 0
      ? [
          `## ${said.nav.maintenance}`,
          list(
            upcoming,
            ({ title, names, startsAt, endsAt }) =>
              `- ${literal(title)}: ${literal(names.join(words.comma))}${words.comma}${fromTo(instant(words, startsAt), instant(words, endsAt))}`,
          ),
        ]
      : []),
    ...(incidents.length > 0
      ? [
          `## ${said.nav.incidents}`,
          list(
            incidents.slice(0, MAX_INCIDENTS),
            ({ id, title, status, startsAt, endsAt }) =>
              `- ${link(title, `/incidents/${id}/`)}: ${words.lowered(words.incident.statuses[status])}${words.comma}${endsAt === undefined ? time(startsAt) : fromTo(time(startsAt), time(endsAt))}`,
          ),
        ]
      : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** https://llmstxt.org */
export function llmsText(site: Site): string {
  const { page, services, words } = site;
  const said = words.llms;
  const link = linkIn(site);
  const blocks = [
    `# ${literal(page.title)}`,
    `> ${literal(page.description ?? said.description(page.title))}`,
    ...statement(site),
    said.note(STATES.join(', ')),
    `## ${words.page.nav.status}`,
    [
      `- ${link(said.markdown, '/index.md')}: ${said.markdownHas}`,
      `- ${link('status.json', '/status.json')}: ${said.json}${words.comma}${said.schema(link(said.itsSchema, '/schemas/status.json'))}`,
      `- ${link('metrics', '/metrics')}: ${said.metrics}`,
      ...FEEDS.map(({ file, of, format }) => `- ${link(file, `/${file}`)}: ${words.feeds[of](format)}`),
      `- ${link('maintenance.ics', '/maintenance.ics')}: ${said.calendar}`,
    ].join('\n'),
    `## ${words.page.services}`,
    list(services, ({ id, name }) => `- ${link(name, servicePath(id))}: id ${id}`),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function statement({ headline, age, counts, isLastKnown, precision, words }: Site): string[] {
  const sentences = [`**${literal(headline.verdict)}**`, ...headline.because.map(literal)].join(words.between);
  if (!age) return [sentences];
  const until = instant(words, age.probedAt + age.staleAfterMs, precision);
  const fresh = words.age.fresh(instant(words, age.probedAt, precision), cadenceInWords(age, words), until);
  const counted = counts.map((count) => count.words).join(words.comma);
  const known = `${isLastKnown ? words.lastKnownSentence : ''}${counted}`;
  return [sentences, [words.sentence(fresh), words.sentence(known)].join(words.between)];
}

function stateInWords({ word, note, isCause, since, evidence, uptime }: ServiceView, words: Words): string {
  const said = words.service;
  const parts = [
    word,
    ...(note === undefined ? [] : [note]),
    ...(isCause ? [said.probableCause] : []),
    ...(evidence === '' ? [] : [evidence]),
    ...(evidence !== '' && since !== undefined ? [said.since(instant(words, since))] : []),
    uptime.words === undefined ? said.noDataYet : `${said.up(uptime.words)} (${uptime.coverage})`,
  ];
  return literal(parts.join(words.comma));
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
  return plainSentence(text.replaceAll(/\s+/g, ' '), 2 * MAX_NAME)
    .toWellFormed()
    .replaceAll(/[\\`*_{}[\]<>#|~&!]/g, '\\$&')
    .replace(/^[-+=:]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}
