/** `/api/checks/<service>/<probe>.json`: what a probe is, what may be shown of its settings, and what it saw. */
import type { z } from 'zod';
import type { ProbeConfig } from '../../config/config.ts';
import type { Value as MeasuredNumber, RecordedRound } from '../../model.ts';
import { plainText } from '../markdown.ts';
import { MOST_VERSION } from '../releases.ts';
import type { ServiceView } from '../service-view.ts';
import type { Site } from '../site.ts';
import type { checkSchema } from './schemas.ts';
import { shownSettings } from './shown-settings.ts';

/** The newest. */
const MAX_VALUES = 60;
const MAX_TEXT = 20_000;

type CheckDocument = z.input<typeof checkSchema>;
type Value = CheckDocument['values'][number];

/** By `service/probe`; the rounds are gone through once for all of them. */
export function valuesOf(rounds: readonly RecordedRound[]): ReadonlyMap<string, readonly Value[]> {
  const values = new Map<string, Value[]>();
  for (const { at, location, observations } of rounds.toReversed()) {
    for (const { service, probe, outcome, reason, code, latencyMs, values: numbers, version } of observations) {
      const list = values.get(`${service}/${probe}`) ?? [];
      values.set(`${service}/${probe}`, list);
      if (list.length >= MAX_VALUES) continue;
      const measured = {
        ...(numbers && { numbers: numbersOf(numbers) }),
        ...(version && { version: plainText(version, MOST_VERSION) }),
      };
      list.push({ at: iso(at), outcome, reason, code, latencyMs, ...measured, location });
    }
  }
  return values;
}

export function checkDocument(
  { id: service, own, probes, releases, version, service: { description, notes, owner, links } }: ServiceView,
  probe: ProbeConfig,
  { isLastKnown }: Pick<Site, 'isLastKnown'>,
  values: ReadonlyMap<string, readonly Value[]>,
): CheckDocument {
  const text = (given: string | undefined) => (given === undefined ? undefined : plainText(given, MAX_TEXT));
  const view = probes.find(({ id }) => id === probe.id);
  const latest = own.latest.get(probe.id);
  const { name, kind, timeoutMs, retries, degradedAboveMs, confirm, strict, invert, essential } = probe;
  return {
    v: 1,
    service,
    probe: probe.id,
    name: plainText(name),
    kind,
    documentation: {
      service: text(description),
      probe: text(probe.notes),
      whenItFails: text(notes),
      owner: text(owner),
      links,
    },
    settings: {
      timeoutMs,
      retries,
      degradedAboveMs,
      confirm,
      strict,
      invert,
      essential,
      ...shownSettings(probe.settings),
    },
    isLastKnown,
    latest: latest && {
      at: iso(latest.at),
      outcome: latest.outcome,
      reason: latest.reason,
      phase: latest.phase,
      code: latest.code,
      latencyMs: latest.latencyMs,
      attempts: latest.attempts,
      words: view?.evidence ?? '',
    },
    latencies: view?.latencies,
    measured: view?.values.map(({ name, unit, days }) => ({
      name,
      unit,
      days: days.flatMap(({ date, readings, min, p50, max }) =>
        p50 === undefined ? [] : [{ date, readings, min: min!, p50, max: max! }],
      ),
    })),
    deployed:
      version === undefined ? undefined : { version, releases: releases.map((one) => ({ ...one, at: iso(one.at) })) },
    values: [...(values.get(`${service}/${probe.id}`) ?? [])].reverse(),
  };
}

function numbersOf(values: readonly MeasuredNumber[]): Record<string, number> {
  return Object.fromEntries(values.map(({ name, value }) => [plainText(name, MOST_VERSION), value]));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
