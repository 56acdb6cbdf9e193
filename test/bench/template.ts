/**
 * The baseline: a plain template generator. It reads the same configuration and history into the same view model, and
 * writes as many files at the same addresses: every page as a template literal with its facts (names, states, times,
 * uptime, strips, links, texts), the documents beside them by the functions that Vedette has for them. What it leaves out
 * is what Vedette adds: Astro with its bundler, components, diagrams, charts, and the picture for chats.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { servicePath } from '../../src/site/addresses.ts';
import { documentsOf } from '../../src/site/documents/documents.ts';
import type { IncidentView } from '../../src/site/incident-view.ts';
import { markdown } from '../../src/site/markdown.ts';
import type { LinkView, ServiceView } from '../../src/site/service-view.ts';
import { loadSite } from '../../src/site/site.ts';
import { statusDocument } from '../../src/site/status-document.ts';
import { DOCUMENT_NAMES, serialized, statuspageDocument } from '../../src/site/statuspage/documents.ts';
import { BASE_PATH } from '../../src/site/strip.ts';

// VEDETTE_CONFIG and VEDETTE_HISTORY say where from, as for Astro.
const out = process.argv[2]!;
const site = await loadSite();
const readS = performance.now() / 1000;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? '&quot;');
const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><link rel="stylesheet" href="/style.css"><h1>${escaped(title)}</h1>${body}</html>`;
const strip = ({ strip: { label, blank, marks } }: ServiceView): string =>
  `<svg role="img" aria-label="${escaped(label)}"><path d="${BASE_PATH}"/><path d="${blank}"/>${marks.map(({ kind, path }) => `<path class="${kind}" d="${path}"/>`).join('')}</svg>`;
const row = (service: ServiceView): string =>
  `<li><a href="${servicePath(service.id)}">${escaped(service.name)}</a> ${service.word} ${escaped(service.note ?? '')}${strip(service)}${service.uptime.words} ${service.uptime.coverage}</li>`;
const links = (list: readonly LinkView[]): string =>
  `<ul>${list.map(({ id, name, word }) => `<li><a href="${servicePath(id)}">${escaped(name)}</a> ${word}</li>`).join('')}</ul>`;
const incident = ({ id, title, status, updates }: IncidentView): string =>
  `<h2><a href="/incidents/${id}/">${escaped(title)}</a></h2>${status} ${updates.length}`;
const serviceBody = (service: ServiceView): string =>
  [
    `<p>${service.word} ${service.since === undefined ? '' : new Date(service.since).toISOString()}</p>`,
    service.service.description === undefined ? '' : markdown(service.service.description),
    `<ul>${service.probes.map(({ name, word, evidence, latency }) => `<li>${escaped(name)} ${word} ${escaped(evidence)} ${escaped(latency ?? '')}</li>`).join('')}</ul>`,
    strip(service),
    `<ul>${service.strip.exceptions.map(({ date, words }) => `<li>${date} ${escaped(words)}</li>`).join('')}</ul>`,
    links(service.dependsOn),
    links(service.neededBy),
  ].join('');

const rows = (services: readonly ServiceView[]): string => `<ul>${services.map(row).join('')}</ul>`;
const home = `<p>${escaped([site.headline.verdict, ...site.headline.because].join(' '))}</p>${rows(site.attention)}${site.groups.map(({ name, summary, services }) => `<h2>${escaped(name ?? '')} ${escaped(summary)}</h2>${rows(services)}`).join('')}`;
const files: (readonly [path: string, text: string])[] = [
  ['index.html', page(site.page.title, home)],
  ['404.html', page('Not found', '')],
  [
    'map/index.html',
    page('Map', site.services.map(({ name, dependsOn }) => `${escaped(name)}${links(dependsOn)}`).join('')),
  ],
  [
    'maintenance/index.html',
    page('Maintenance', site.maintenances.map(({ title }) => `<h2>${escaped(title)}</h2>`).join('')),
  ],
  ['incidents/index.html', page('Incidents', site.past.months.map(({ name }) => `<h2>${name}</h2>`).join(''))],
  ...site.past.months.map(
    ({ id, name, incidents }) => [`incidents/${id}/index.html`, page(name, incidents.map(incident).join(''))] as const,
  ),
  ...site.past.pages.map(
    ({ incident: view }) => [`incidents/${view.id}/index.html`, page(view.title, incident(view))] as const,
  ),
  ...site.services.map(
    (service) => [`services/${service.id}/index.html`, page(service.name, serviceBody(service))] as const,
  ),
  ['status.json', JSON.stringify(statusDocument(site))],
  ...DOCUMENT_NAMES.map((name) => [`api/v2/${name}.json`, serialized(statuspageDocument(name, site))] as const),
  ...documentsOf(site).map(({ path, text }) => [path, text()] as const),
];
const folders = new Set(files.map(([path]) => dirname(join(out, path))));
for (const folder of folders) mkdirSync(folder, { recursive: true });
for (const [path, text] of files) writeFileSync(join(out, path), text);
process.stdout.write(JSON.stringify({ files: files.length, readS }));
