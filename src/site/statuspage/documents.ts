/**
 * The Statuspage API v2 as static documents. What Statuspage has no word for stands in the key `vedette`, beside its own,
 * named as in `status.json`.
 */
import type { IncidentView } from '../incident-view.ts';
import type { MaintenanceView } from '../maintenance-view.ts';
import type { ServiceView } from '../service-view.ts';
import type { Site } from '../site.ts';
import { type Component, componentId, componentsOf } from './component.ts';
import { type Frame, frameOf, iso } from './frame.ts';
import { incidentOf } from './incident.ts';
import { maintenanceOf } from './maintenance.ts';
import { overallOf } from './overall.ts';

type Document = (site: Site, frame: Frame) => Record<string, unknown>;

const DOCUMENTS = {
  summary: (site, frame) => ({
    components: components(site, frame),
    incidents: incidents(newest(site.archive.filter(isUnresolved)), site, frame),
    scheduled_maintenances: maintenances([...active(site), ...upcoming(site)], site, frame),
    status: overallOf(site),
    vedette: ownFacts(site),
  }),
  status: (site) => ({ status: overallOf(site), vedette: ownFacts(site) }),
  components: (site, frame) => ({ components: components(site, frame) }),
  incidents: (site, frame) => ({ incidents: incidents(newest(site.archive).slice(0, MAX_LISTED), site, frame) }),
  'incidents/unresolved': (site, frame) => ({
    incidents: incidents(newest(site.archive.filter(isUnresolved)), site, frame),
  }),
  'scheduled-maintenances': (site, frame) => ({
    scheduled_maintenances: maintenances(nearest(site).toReversed(), site, frame),
  }),
  'scheduled-maintenances/upcoming': (site, frame) => ({
    scheduled_maintenances: maintenances(upcoming(site), site, frame),
  }),
  'scheduled-maintenances/active': (site, frame) => ({
    scheduled_maintenances: maintenances(active(site), site, frame),
  }),
} as const satisfies Record<string, Document>;

export type DocumentName = keyof typeof DOCUMENTS;
export const DOCUMENT_NAMES = Object.keys(DOCUMENTS) as readonly DocumentName[];

/** So many incidents, and so much maintenance, does Statuspage list. */
const MAX_LISTED = 50;

export function statuspageDocument(name: DocumentName, site: Site): Record<string, unknown> {
  const frame = frameOf(site, `/api/v2/${name}`.replace(/[^/]+$/, ''));
  return { page: frame.page, ...DOCUMENTS[name](site, frame) };
}

/** JSON that is harmless even where it is taken for HTML, or put into a script as it is. */
export function serialized(document: Record<string, unknown>): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(document).replaceAll(/[<>&\u2028\u2029]/g, escaped)}\n`;
}

function isUnresolved({ isOpen }: IncidentView): boolean {
  return isOpen;
}

function components(site: Site, frame: Frame): (Component & { vedette?: object })[] {
  const views = new Map(site.services.map((view) => [componentId(view.id), view]));
  return componentsOf(site, frame).map((component) => {
    const view = views.get(component.id);
    return view ? { ...component, vedette: ownFactsOf(view, site) } : component;
  });
}

/** By when they were told, newest first: who waits for something new looks at the first. */
function newest(views: readonly IncidentView[]): IncidentView[] {
  return [...views].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

function incidents(views: readonly IncidentView[], site: Site, frame: Frame): object[] {
  const byId = byComponentId(site, frame);
  return views.map((view) => ({
    ...incidentOf(view, frame, byId),
    vedette: { id: view.id, cause: view.cause, causes: view.causes },
  }));
}

function maintenances(views: readonly MaintenanceView[], site: Site, frame: Frame): object[] {
  const byId = byComponentId(site, frame);
  return views.map((view) => ({
    ...maintenanceOf(view, frame, byId),
    vedette: { id: view.id, isRecurring: view.isRecurring, isCancelled: view.status === 'cancelled' },
  }));
}

function active({ maintenances: views }: Site): MaintenanceView[] {
  return views.filter(({ status }) => status === 'in_progress');
}

function upcoming({ maintenances: views }: Site): MaintenanceView[] {
  return views.filter(({ status }) => status === 'scheduled').slice(0, MAX_LISTED);
}

/** In order of time. What repeats often must neither hide what is past nor what comes once. */
function nearest({ maintenances: views }: Site): MaintenanceView[] {
  const isAhead = ({ status }: MaintenanceView): boolean => status === 'scheduled' || status === 'in_progress';
  const ahead = views.filter(isAhead);
  const over = views.filter((view) => !isAhead(view));
  const room = Math.max(MAX_LISTED / 2, MAX_LISTED - over.length);
  const listed = ahead.slice(0, room);
  const past = over.slice(Math.max(0, over.length - (MAX_LISTED - listed.length)));
  return [...past, ...listed].sort((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1));
}

function byComponentId(site: Site, frame: Frame): Map<string, Component> {
  return new Map(componentsOf(site, frame).map((component) => [component.id, component]));
}

function ownFacts({ headline, isLastKnown, rollup, age }: Site): object {
  return {
    state: headline.state,
    overall: headline.isOutdated ? 'unknown' : headline.overall,
    ...(headline.isOutdated && { lastKnown: { overall: headline.overall } }),
    isLastKnown,
    causes: rollup.causes.map(({ service, share, chain }) => ({
      service,
      component: componentId(service),
      share,
      chain,
    })),
    age: age && {
      probedAt: iso(age.probedAt),
      staleAfter: Math.round(age.staleAfterMs / 1000),
      unknownAfter: Math.round(age.unknownAfterMs / 1000),
    },
  };
}

function ownFactsOf(view: ServiceView, { headline, isLastKnown }: Site): object {
  const { id, own, effective, uptime } = view;
  const states = { own: own.state, effective: effective.state };
  return {
    id,
    // Whoever reads only these must not take for the present what nobody has looked at for so long.
    ...(headline.isOutdated ? { own: 'unknown', effective: 'unknown', lastKnown: states } : states),
    isLastKnown,
    via: effective.via,
    atRiskThrough: effective.atRiskThrough,
    outsideHoursUntil: own.outsideHours && iso(own.outsideHours.opensAt),
    isCause: view.isCause,
    causes: view.causes.map((cause) => cause.id),
    dependsOn: view.dependsOn.map((link) => ({
      service: link.id,
      component: componentId(link.id),
      strength: link.strength,
    })),
    uptime: uptime.ratio,
    coverage: uptime.coverageRatio,
  };
}
