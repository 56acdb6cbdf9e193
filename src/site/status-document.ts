/** `/status.json`: the page for programs. */
import type { z } from 'zod';
import type { statusSchema } from './documents/schemas.ts';
import { cadenceSeconds, type Site } from './site.ts';

export function statusDocument({
  page,
  words,
  headline,
  oldBy,
  isLastKnown,
  rollup,
  services,
  incidents,
  maintenance,
  age,
}: Site): z.input<typeof statusSchema> {
  const iso = (at: number): string => new Date(at).toISOString();
  const maybe = (at: number | undefined): string | undefined => (at === undefined ? undefined : iso(at));
  // Whoever reads only the states must not take for the present what nobody has looked at for so long.
  const isTooOld = oldBy !== undefined && headline.state === 'unknown';
  const since = rollup.causes.flatMap(({ service }) => services.find(({ id }) => id === service)?.since ?? []);
  return {
    v: 1,
    page: { title: page.title, url: page.url },
    overall: {
      state: headline.state === 'unknown' ? 'unknown' : headline.overall,
      isLastKnown,
      headline: [headline.verdict, ...headline.because].join(words.between),
      lastKnown: headline.lastKnown,
      since: since.length > 0 ? iso(Math.min(...since)) : undefined,
    },
    causes: rollup.causes.map(({ service, share, chain }) => ({ service, share, chain: [...chain] })),
    services: services.map(({ id, name, service, own, effective, since, uptime, declared }) => ({
      id,
      name,
      group: service.group,
      own: isTooOld ? 'unknown' : own.state,
      effective: isTooOld ? 'unknown' : effective.state,
      ...(isTooOld && { lastKnown: { own: own.state, effective: effective.state } }),
      via: effective.via,
      declared: declared?.incident,
      since: maybe(since),
      atRiskThrough: effective.atRiskThrough,
      expectedHours: service.expectedHours?.text,
      outsideHoursUntil: maybe(own.outsideHours?.opensAt),
      uptime: uptime.ratio,
      coverage: uptime.coverageRatio,
    })),
    incidents: incidents.map((incident) => ({
      id: incident.id,
      title: incident.title,
      status: incident.status,
      impact: incident.impact,
      start: iso(incident.startsAt),
      end: maybe(incident.endsAt),
      updated: iso(incident.updatedAt),
      cause: incident.cause,
      causes: [...incident.causes],
      services: incident.services.map(({ id, state, since }) => ({ id, state, since: iso(since) })),
      updates: incident.updates.map(({ at, ...update }) => ({
        ...update,
        services: [...update.services],
        at: iso(at),
      })),
    })),
    maintenance: maintenance.map(({ title, services, startsAt, endsAt }) => ({
      title,
      services: [...services],
      start: iso(startsAt),
      end: iso(endsAt),
    })),
    age: age && {
      probedAt: iso(age.probedAt),
      gaps: cadenceSeconds(age),
      staleAfter: Math.round(age.staleAfterMs / 1000),
      unknownAfter: Math.round(age.unknownAfterMs / 1000),
    },
  };
}
