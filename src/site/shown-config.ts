/** What people wrote into services.yml, fit to be shown: nothing that disguises a text, and nothing that fills a page. */
import type { Config, ProbeConfig, Service } from '../config/config.ts';
import { plainText } from './markdown.ts';

const MAX_NAME = 120;
const MAX_LINE = 500;
/** Markdown, at the place where it is read whole. */
const MAX_TEXT = 20_000;

export function shownConfig(config: Config): Config {
  const { page, services, maintenance } = config;
  const { support, description } = page;
  return {
    ...config,
    page: {
      ...page,
      title: nameOf(page.title),
      ...(description !== undefined && { description: plainText(description, MAX_LINE) }),
      ...(support && { support: { ...support, label: nameOf(support.label) } }),
      links: page.links.map((link) => ({ ...link, label: nameOf(link.label) })),
    },
    services: services.map(shownService),
    maintenance: maintenance.map((entry) => ({ ...entry, title: plainText(entry.title, MAX_LINE) })),
  };
}

/** On one line. */
export function nameOf(text: string): string {
  return plainText(text, MAX_NAME).replaceAll(/\s+/g, ' ');
}

function shownService(service: Service): Service {
  const { name, description, group, owner, notes, links, dependsOn, probes } = service;
  return {
    ...service,
    name: nameOf(name),
    ...(description !== undefined && { description: plainText(description, MAX_TEXT) }),
    ...(group !== undefined && { group: nameOf(group) }),
    ...(owner !== undefined && { owner: nameOf(owner) }),
    ...(notes !== undefined && { notes: plainText(notes, MAX_TEXT) }),
    links: Object.fromEntries(Object.entries(links).map(([label, address]) => [nameOf(label), address])),
    dependsOn: dependsOn.map((edge) => ({
      ...edge,
      ...(edge.note !== undefined && { note: plainText(edge.note, MAX_LINE) }),
    })),
    probes: probes.map(shownProbe),
  };
}

function shownProbe(probe: ProbeConfig): ProbeConfig {
  const { name, notes } = probe;
  return { ...probe, name: nameOf(name), ...(notes !== undefined && { notes: plainText(notes, MAX_TEXT) }) };
}
