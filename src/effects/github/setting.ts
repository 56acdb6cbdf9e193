/** What the two halves of a round need to speak with GitHub, and what becomes of what goes wrong. */
import type { IncidentEvent } from '../../incidents/event.ts';
import type { GithubEvent } from '../../incidents/github-event.ts';
import type { MaintenanceEvent } from '../../incidents/maintenance-event.ts';
import type { EffectContext, EffectReport } from '../effect.ts';
import { type Client, EnoughForNow, GithubError, openClient } from './client.ts';

/** A folder of the history: read whole, and added to while nobody else writes. */
export interface Ledger<Event> {
  read(): Promise<readonly Event[]>;
  add(decide: (lines: readonly Event[]) => readonly Event[]): Promise<readonly Event[]>;
}

/** Effects know no files: whoever knows where the history is gives access to it. */
export interface Ledgers {
  incidents: Ledger<IncidentEvent>;
  maintenance: Ledger<MaintenanceEvent>;
  github: Ledger<GithubEvent>;
}

export interface GithubOptions {
  ledgers(historyFolder: string): Ledgers;
  /** Shared by the rounds of a process. In another, with another token, GitHub's answers have other names. */
  etags?: Map<string, string>;
  maxRequests?: number;
  /** For a server of one's own: no pauses. */
  isHurried?: boolean;
}

/** Undefined where there is no GitHub, or it is switched off. */
export async function clientFor(context: EffectContext, options: GithubOptions): Promise<Client | undefined> {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_TOKEN: token = '', GITHUB_API_URL } = context.env;
  if (!context.config.github.issues || token === '' || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return undefined;
  const { etags = new Map(), maxRequests, isHurried } = options;
  return openClient({
    apiUrl: GITHUB_API_URL || 'https://api.github.com',
    token,
    repository,
    signal: context.signal,
    etags,
    ...(maxRequests !== undefined && { maxRequests }),
    ...(isHurried !== undefined && { isHurried }),
  });
}

/** Runs the work; what GitHub refuses, and a history that does, is a warning: the next round goes on from there. */
export async function forgiving(
  what: string,
  { signal }: EffectContext,
  work: () => Promise<void>,
): Promise<EffectReport> {
  try {
    await work();
    return { warnings: [] };
  } catch (error) {
    if (error instanceof EnoughForNow) return { warnings: [`${what}: ${error.message}; the next round goes on`] };
    if (error instanceof GithubError) return { warnings: [`${what}: ${error.message}; the next round tries again`] };
    if (error instanceof Error && 'syscall' in error) return { warnings: [`${what}: the history: ${error.message}`] };
    if (signal.aborted) return { warnings: [`${what}: the round was cancelled`] };
    throw error;
  }
}
