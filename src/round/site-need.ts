/** Whether the page must be built again: whether it would show something else, or is old. */
import { createHash } from 'node:crypto';
import { type Deployed, isOlder, type Shown } from '../history/deployed.ts';
import { readIncidents, readMaintenance } from '../history/event-folders.ts';
import { openFolder } from '../history/folder.ts';
import type { Moment } from './conclude.ts';

/** Figures such as uptime change with every round; nobody needs them sooner. */
const OLD_MS = 3_600_000;

const CHANGED = {
  configuration: 'the configuration changed',
  states: 'a state changed',
  incidents: 'an incident changed',
  maintenance: 'maintenance changed',
} as const satisfies Record<keyof Shown, string>;

/** Undefined when the page that is deployed will do. */
export function whyBuild(shown: Shown, deployed: Deployed | undefined, now: number): string | undefined {
  if (!deployed) return 'no page is known to be deployed';
  const keys = Object.keys(CHANGED) as (keyof Shown)[];
  const changed = keys.filter((key) => shown[key] !== deployed.shows[key]);
  if (changed.length > 0) return changed.map((key) => CHANGED[key]).join(', ');
  // A clock that was ahead must not keep a page for ever.
  return Math.abs(now - deployed.at) >= OLD_MS ? 'the page is an hour old' : undefined;
}

/**
 * Whether visitors lose nothing by a page: of two that were made at the same time the older may come last. One from a clock
 * that was ahead must not keep out all others.
 */
export function mayReplace(deployed: Deployed | undefined, built: Deployed, now: number): boolean {
  if (!deployed || Math.max(deployed.at, deployed.probedAt ?? 0) > now) return true;
  return !isOlder(built, deployed);
}

/** `source`: services.yml as it is written, so that no secret is in the digest; and whatever else makes the page. */
export async function shownBy(source: string, historyFolder: string, { rollup, verdict }: Moment): Promise<Shown> {
  const files = openFolder(historyFolder);
  const [incidents, maintenance] = await Promise.all([
    readIncidents(files, historyFolder),
    readMaintenance(files, historyFolder),
  ]);
  const states = [...rollup.effective].map(([id, { state }]) => `${id} ${state}`);
  return {
    configuration: digestOf([source]),
    states: digestOf([rollup.overall, String(verdict.isBlind), ...states]),
    incidents: digestOf(incidents.lines.map(({ id }) => id)),
    maintenance: digestOf(maintenance.lines.map(({ id }) => id)),
  };
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
