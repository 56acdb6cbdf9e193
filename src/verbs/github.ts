/** What a round does on GitHub before and after it, with the files of the history that it takes. */
import { githubAfterRound } from '../effects/github/after-round.ts';
import { githubBeforeRound } from '../effects/github/before-round.ts';
import type { GithubOptions, Ledger } from '../effects/github/setting.ts';
import {
  addGithub,
  addIncidents,
  addMaintenance,
  readGithub,
  readIncidents,
  readMaintenance,
} from '../history/event-folders.ts';
import type { EventFolder } from '../history/events.ts';
import { openFolder } from '../history/folder.ts';
import type { Key } from '../history/lines.ts';

/** One for all rounds of a process: what was the same as last time is known by it. */
export function githubIssues(options: Omit<GithubOptions, 'ledgers'> = {}) {
  const all = { etags: new Map<string, string>(), ...options, ledgers: ledgersIn };
  const name = 'GitHub issues';
  return { before: { name, run: githubBeforeRound(all) }, after: { name, run: githubAfterRound(all) } };
}

function ledgersIn(folder: string): ReturnType<GithubOptions['ledgers']> {
  return {
    incidents: ledger(folder, readIncidents, addIncidents),
    maintenance: ledger(folder, readMaintenance, addMaintenance),
    github: ledger(folder, readGithub, addGithub),
  };
}

/** Lines that cannot be read are named by the round itself. */
function ledger<Event extends Key>(
  folder: string,
  read: EventFolder<Event>['read'],
  add: EventFolder<Event>['add'],
): Ledger<Event> {
  return {
    read: async () => (await read(openFolder(folder), folder)).lines,
    add: (decide) => add(folder, decide),
  };
}
