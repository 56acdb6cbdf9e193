/** What the feeds say, whatever their format: one entry an incident, or one an update. */

import type { Words } from '../../messages/en.ts';
import { servicePath } from '../addresses.ts';
import type { IncidentView, UpdateView } from '../incident-view.ts';
import { plainSentence, plainText } from '../markdown.ts';
import type { Site } from '../site.ts';
import { type Publication, publicationOf, tagOf } from './publication.ts';
import { updateHtml } from './update-html.ts';

export interface Feed {
  /** A tag, for ever the same. */
  id: string;
  title: string;
  description: string;
  language: string;
  author: string;
  /** Of the page that it belongs to, which is the folder it stands in. */
  folder: string;
  publication: Publication;
  /** Of the newest entry; of the beginning of the history when there is none. */
  updatedAt: number;
  /** What changed last comes first. */
  entries: readonly FeedEntry[];
}

export interface FeedEntry {
  /** A tag, for ever the same. */
  id: string;
  /** Of its page, from the site's root. */
  path: string;
  title: string;
  publishedAt: number;
  updatedAt: number;
  html: string;
  /** The services concerned. */
  services: readonly { id: string; name: string }[];
  author?: string;
}

/** More would be nothing new to anybody who reads once a week. */
const MAX_ENTRIES = 50;
/** Characters of HTML in one entry, and in all of them; older ones are left out. */
const MAX_ENTRY = 40_000;
const MAX_FEED = 400_000;
const MAX_NAME = 200;
/** Of one entry, named as its categories. */
const MAX_SERVICES = 20;

export interface Feeds {
  /** Of all services, or of one. */
  history(service?: ServiceName): Feed;
  updates(service?: ServiceName): Feed;
}

interface ServiceName {
  id: string;
  name: string;
}

/** An incident that many services share is put into words once. */
export function createFeeds(site: Site): Feeds {
  const { page, createdAt, now, words } = site;
  const said = words.feeds;
  const publication = publicationOf(page);
  const title = plainText(page.title, MAX_NAME);
  const htmlByUpdate = new Map<UpdateView, string>();
  const htmlOf = (update: UpdateView): string => {
    const html = htmlByUpdate.get(update) ?? updateHtml(update, publication.root);
    htmlByUpdate.set(update, html);
    return html;
  };
  const incidents = site.archive.flatMap((incident) => toldBy(incident, now));
  const byService = incidentsByService(incidents);
  const about = (service?: ServiceName): readonly IncidentView[] =>
    service ? (byService.get(service.id) ?? []) : incidents;

  const feed = (name: 'history' | 'updates', service: ServiceName | undefined, entries: FeedEntry[]): Feed => {
    const folder = service ? servicePath(service.id) : '/';
    const subject = service ? `${plainText(service.name, MAX_NAME)}${words.comma}${title}` : title;
    return {
      id: tagOf(publication, `${folder}${name}`),
      title: name === 'history' ? said.title(subject) : said.updatesTitle(subject),
      description: name === 'history' ? said.description : said.updatesDescription,
      language: page.language,
      author: title,
      folder,
      publication,
      updatedAt: entries[0]?.updatedAt ?? Math.max(0, Math.min(createdAt, now)),
      entries,
    };
  };

  return {
    history(service) {
      const openFirst = about(service).toSorted((a, b) => Number(b.isOpen) - Number(a.isOpen) || byChange(a, b));
      const newest = openFirst.slice(0, MAX_ENTRIES).sort(byChange);
      const entries = entriesOf(newest, (incident) => incidentEntry(incident, publication, htmlOf, words));
      return feed('history', service, entries);
    },
    updates(service) {
      const all = about(service).flatMap((incident) =>
        incident.updates.map((update) => ({ id: update.id, updatedAt: update.at, incident, update })),
      );
      const newest = all.sort(byChange).slice(0, MAX_ENTRIES);
      const entries = entriesOf(newest, (one) => updateEntry(one, publication, htmlOf, words));
      return feed('updates', service, entries);
    },
  };
}

/** As far as it has happened: a person may have written down what is still to come. */
function toldBy(incident: IncidentView, now: number): IncidentView[] {
  const hasBeen = (at: number): boolean => at >= 0 && at <= now;
  if (!hasBeen(incident.createdAt)) return [];
  const updates = incident.updates.filter(({ at }) => hasBeen(at));
  return [{ ...incident, updates, updatedAt: updates[0]?.at ?? incident.createdAt }];
}

function incidentsByService(incidents: readonly IncidentView[]): Map<string, IncidentView[]> {
  const byService = new Map<string, IncidentView[]>();
  for (const incident of incidents) {
    const concerned = new Set([...incident.services.map(({ id }) => id), ...incident.causes]);
    for (const id of concerned) {
      const list = byService.get(id);
      if (list) list.push(incident);
      else byService.set(id, [incident]);
    }
  }
  return byService;
}

function incidentEntry(
  { id, title, createdAt, updatedAt, updates, services }: IncidentView,
  publication: Publication,
  htmlOf: (update: UpdateView) => string,
  words: Words,
): FeedEntry {
  let html = '';
  for (const update of updates) {
    const next = htmlOf(update);
    if (html !== '' && html.length + next.length > MAX_ENTRY) {
      html += `\n<p>${words.feeds.earlier}</p>`;
      break;
    }
    html += html === '' ? next : `\n${next}`;
  }
  return {
    id: tagOf(publication, `Incident/${id}`),
    path: `/incidents/${id}/`,
    title: nameOf(title, words),
    publishedAt: createdAt,
    updatedAt: Math.max(createdAt, updatedAt),
    html,
    services: shortly(services, words),
  };
}

function updateEntry(
  { incident, update }: { incident: IncidentView; update: UpdateView },
  publication: Publication,
  htmlOf: (update: UpdateView) => string,
  words: Words,
): FeedEntry {
  const { id, at, status, author } = update;
  return {
    id: tagOf(publication, `Update/${id}`),
    path: `/incidents/${incident.id}/`,
    title: `${words.incident.statuses[status]}: ${nameOf(incident.title, words)}`,
    publishedAt: at,
    updatedAt: at,
    html: htmlOf(update),
    services: shortly(update.services.length > 0 ? update.services : incident.services, words),
    ...(author && { author: nameOf(author, words) }),
  };
}

function shortly(services: FeedEntry['services'], words: Words): FeedEntry['services'] {
  return services.slice(0, MAX_SERVICES).map(({ id, name }) => ({ id, name: nameOf(name, words) }));
}

/** One line, never empty. */
function nameOf(text: string, { incident }: Words): string {
  return plainSentence(text.replaceAll(/\s+/g, ' ').trim(), MAX_NAME) || incident.untitled;
}

/** The ids decide between those of one instant, so that two builds agree. */
function byChange(a: { id: string; updatedAt: number }, b: { id: string; updatedAt: number }): number {
  return b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1);
}

/** Nothing is put into words that has no room. */
function entriesOf<T>(items: readonly T[], entryOf: (item: T) => FeedEntry): FeedEntry[] {
  const entries: FeedEntry[] = [];
  let length = 0;
  for (const item of items) {
    const entry = entryOf(item);
    length += entry.html.length;
    if (length > MAX_FEED) break;
    entries.push(entry);
  }
  return entries;
}
