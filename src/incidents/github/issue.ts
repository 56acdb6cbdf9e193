/** Issues as they are read: what stands on GitHub, and who of those who wrote there has write access. */
import type { INCIDENT_STATUSES } from '../event.ts';

export interface Account {
  login: string;
  /** An app, like the one that a workflow's token writes as: never a person. */
  isBot: boolean;
  /** GitHub says that they belong here. A hint: some of them may only read, and some are hidden. */
  isInsider: boolean;
}

export interface Issue {
  number: number;
  title: string;
  body: string;
  isOpen: boolean;
  author: Account;
  labels: readonly string[];
  createdAt: number;
  updatedAt: number;
  closedAt?: number;
  /** How many there are. */
  comments: number;
}

export interface Comment {
  id: number;
  author: Account;
  body: string;
  createdAt: number;
  updatedAt: number;
}

/** What somebody did to an issue. */
export interface Action {
  id: number;
  kind: 'closed' | 'reopened' | 'labeled' | 'renamed';
  actor: Account;
  at: number;
  label?: string;
  title?: { from: string; to: string };
}

export interface SeenIssue {
  issue: Issue;
  comments: readonly Comment[];
  /** These are all: one that is missing was deleted. */
  hasAllComments: boolean;
  actions: readonly Action[];
  /** Logins with write access. */
  writers: ReadonlySet<string>;
}

export const CONFIRMED = 'confirmed';
export const SERVICE_LABEL = 'service:';
export const IMPACT_LABEL = 'impact:';
/** A postmortem has no label: it is what a comment says. */
export const STATUS_LABELS = [
  'investigating',
  'identified',
  'monitoring',
  'resolved',
] as const satisfies readonly (typeof INCIDENT_STATUSES)[number][];

export function isPerson({ actor, writers }: { actor: Account; writers: ReadonlySet<string> }): boolean {
  return !actor.isBot && writers.has(actor.login);
}

/** Without what was done to it by those who may rename and no more. */
export function trustedTitle({ issue, actions, writers }: SeenIssue): string {
  const renames = actions.filter(({ title }) => title !== undefined);
  const first = renames[0]?.title?.from ?? issue.title;
  return renames.reduce((title, { title: given, actor }) => (isPerson({ actor, writers }) ? given!.to : title), first);
}

/** Whose words may matter, the likeliest first. */
export function accountsIn({ issue, comments, actions }: Pick<SeenIssue, 'issue' | 'comments' | 'actions'>): Account[] {
  const all = [issue.author, ...actions.map(({ actor }) => actor), ...comments.map(({ author }) => author)];
  const byLogin = new Map<string, Account>();
  for (const account of all) {
    if (!account.isBot && !byLogin.get(account.login)?.isInsider) byLogin.set(account.login, account);
  }
  return [...byLogin.values()].sort((a, b) => Number(b.isInsider) - Number(a.isInsider));
}

const MARK = '<!-- vedette ';

/** Behind what we write, unseen by readers: by it we know our own again. */
export function markOf(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  return `${MARK}${pairs.join(' ')} -->`;
}

/** Only at the very end: whoever quotes ours has words of their own behind it. */
export function readMark(body: string): Map<string, string> | undefined {
  const text = body.trimEnd();
  const at = text.lastIndexOf(MARK);
  if (at === -1 || text.indexOf('-->', at) !== text.length - 3) return undefined;
  const pairs = text
    .slice(at + MARK.length, -3)
    .trim()
    .split(/\s+/);
  return new Map(pairs.map((pair) => [pair.split('=')[0]!, pair.slice(pair.indexOf('=') + 1)]));
}
