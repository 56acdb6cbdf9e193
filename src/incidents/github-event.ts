/** What was last read on GitHub, and which issue is about which incident: a line of `history/github/<year>.ndjson`. */
import { z } from 'zod';

/** Labels by which issues are found. */
export const ISSUE_LABELS = ['incident', 'maintenance'] as const;
export type IssueLabel = (typeof ISSUE_LABELS)[number];

const number = z.int().positive();
const line = { v: z.literal(1), id: z.string().min(1).max(600), t: z.int() };

/** Keys of a later version are let through and not read. */
export const githubEvent = z.discriminatedUnion('kind', [
  /** An issue is about an incident, and says what is known of it up to an event. */
  z.object({
    ...line,
    kind: z.literal('issue'),
    issue: number,
    incident: z.string().max(200),
    /** Counts the lines of an incident; the highest holds. */
    n: number,
    /** Id of the last event that the issue tells. */
    through: z.string().max(300),
    /** What we have called it, which is how the title that a person gives is told from ours. */
    title: z.string().max(300),
  }),
  /** Issues with the label were read that had changed until then, in milliseconds since 1970. */
  z.object({ ...line, kind: z.literal('read'), label: z.enum(ISSUE_LABELS), until: z.int() }),
  /** Who has opened it was told, once, why it is not understood. */
  z.object({ ...line, kind: z.literal('answered'), issue: number }),
]);
export type GithubEvent = z.output<typeof githubEvent>;
export type IssueLine = Extract<GithubEvent, { kind: 'issue' }>;

export interface GithubState {
  /** Incident → its issue. */
  issues: ReadonlyMap<string, IssueLine>;
  readUntil: ReadonlyMap<IssueLabel, number>;
  answered: ReadonlySet<number>;
}

/** Lines in any order → what holds. */
export function githubState(lines: readonly GithubEvent[]): GithubState {
  const issues = new Map<string, IssueLine>();
  const readUntil = new Map<IssueLabel, number>();
  const answered = new Set<number>();
  for (const event of lines) {
    if (event.kind === 'read') readUntil.set(event.label, Math.max(readUntil.get(event.label) ?? 0, event.until));
    else if (event.kind === 'answered') answered.add(event.issue);
    else if ((issues.get(event.incident)?.n ?? 0) < event.n) issues.set(event.incident, event);
  }
  return { issues, readUntil, answered };
}
