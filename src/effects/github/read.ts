/** Answers of the API → issues, comments, actions, and who may write. */
import { z } from 'zod';
import type { Account, Action, Comment, Issue } from '../../incidents/github/issue.ts';
import { type Answer, type Client, GithubError } from './client.ts';

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
/** Of a deleted account there is none. */
const account = z.object({ login: z.string(), type: z.string().default('User') }).nullish();
const INSIDERS = ['OWNER', 'MEMBER', 'COLLABORATOR'];

function toAccount(user: z.output<typeof account>, association?: string): Account {
  const isBot = !user || user.type === 'Bot' || user.login.endsWith('[bot]');
  return { login: user?.login ?? 'ghost', isBot, isInsider: INSIDERS.includes(association ?? '') };
}
const issue = z
  .object({
    number: z.int(),
    title: z.string(),
    body: z.string().nullish(),
    state: z.string(),
    user: account,
    labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])),
    created_at: instant,
    updated_at: instant,
    closed_at: instant.nullish(),
    comments: z.int(),
    pull_request: z.unknown().optional(),
    author_association: z.string().optional(),
  })
  .transform((raw) => ({
    isPullRequest: raw.pull_request !== undefined,
    issue: {
      number: raw.number,
      title: raw.title,
      body: raw.body ?? '',
      isOpen: raw.state === 'open',
      author: toAccount(raw.user, raw.author_association),
      labels: raw.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
      createdAt: raw.created_at,
      updatedAt: raw.updated_at,
      ...(raw.closed_at && { closedAt: raw.closed_at }),
      comments: raw.comments,
    } satisfies Issue,
  }));
const comment = z
  .object({
    id: z.int(),
    user: account,
    author_association: z.string().optional(),
    body: z.string().nullish(),
    created_at: instant,
    updated_at: instant,
  })
  .transform(
    (raw): Comment => ({
      id: raw.id,
      author: toAccount(raw.user, raw.author_association),
      body: raw.body ?? '',
      createdAt: raw.created_at,
      updatedAt: raw.updated_at,
    }),
  );
const action = z
  .object({
    id: z.int(),
    event: z.string(),
    actor: account,
    created_at: instant,
    label: z.object({ name: z.string() }).nullish(),
    rename: z.object({ from: z.string(), to: z.string() }).nullish(),
  })
  .transform(({ id, event, actor, created_at, label, rename }) => ({
    id,
    kind: event,
    // Hardly anybody else can do these.
    actor: toAccount(actor, 'MEMBER'),
    at: created_at,
    ...(label && { label: label.name }),
    ...(rename && { title: rename }),
  }));
const permission = z.object({ permission: z.string() });

const PER_PAGE = 100;
const ACTIONS = ['closed', 'reopened', 'labeled', 'renamed'];
/** An issue with more is read from its newest comments on. */
const MAX_PAGES = 5;

/** Only what can be read: a shape that we do not know is GitHub's news, and no ground to stop. */
function listOf<T>(schema: z.ZodType<T>, data: unknown): T[] {
  return (Array.isArray(data) ? data : []).flatMap((each) => {
    const parsed = schema.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
}

export interface IssuePage {
  issues: Issue[];
  answer: Answer;
  isLast: boolean;
}

/** Those that have changed since, the earliest change first. Undefined: none that was not there last time. */
export async function readIssues(
  client: Client,
  label: string,
  since: number | undefined,
  page: number,
): Promise<IssuePage | undefined> {
  const from = since === undefined ? {} : { since: new Date(since).toISOString() };
  const order = { state: 'all', sort: 'updated', direction: 'asc', per_page: PER_PAGE, page };
  const answer = await client.ask('/issues', { labels: label, ...order, ...from });
  if (!answer) return undefined;
  const issues = listOf(issue, answer.data).flatMap((each) => (each.isPullRequest ? [] : [each.issue]));
  return { issues, answer, isLast: !Array.isArray(answer.data) || answer.data.length < PER_PAGE };
}

/** Undefined for one that is gone, or moved elsewhere. */
export async function readIssue(client: Client, number: number): Promise<Issue | undefined> {
  try {
    const answer = await client.ask(`/issues/${number}`);
    const parsed = issue.safeParse(answer?.data);
    // One that was moved answers from where it is now.
    return parsed.success && parsed.data.issue.number === number ? parsed.data.issue : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof GithubError && [301, 404, 410].includes(error.status);
}

export interface Comments {
  comments: Comment[];
  isAll: boolean;
  /** Behind the first page. */
  answers: Answer[];
}

export interface WhichComments {
  /** How many the issue has, as far as that is known. */
  count: number;
  /** Of an issue with very many, those that have changed since. */
  since: number;
  /** Also when they are the same as last time. */
  isFresh?: boolean;
}

/** Undefined: the same as last time, or the issue is gone. */
export async function readComments(
  client: Client,
  number: number,
  { count, since, isFresh = false }: WhichComments,
): Promise<Comments | undefined> {
  const isMany = count > MAX_PAGES * PER_PAGE;
  const bound = isMany ? { since: new Date(since).toISOString() } : {};
  const found: Comments = { comments: [], isAll: !isMany, answers: [] };
  try {
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const answer = await client.ask(
        `/issues/${number}/comments`,
        { per_page: PER_PAGE, page, ...bound },
        { isFresh },
      );
      if (!answer && page === 1) return undefined;
      if (answer) found.answers.push(answer);
      const data = answer?.data;
      found.comments.push(...listOf(comment, data));
      if (!Array.isArray(data) || data.length < PER_PAGE) {
        return answer ? found : { ...found, isAll: false };
      }
    }
    return { ...found, isAll: false };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** What was done to it, in order. */
export async function readActions(client: Client, number: number): Promise<Action[]> {
  const actions: Action[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await client.ask(`/issues/${number}/events`, { per_page: PER_PAGE, page });
    const list = listOf(action, answer?.data);
    actions.push(...(list.filter(({ kind }) => ACTIONS.includes(kind)) as Action[]));
    if (list.length < PER_PAGE) break;
  }
  return actions.sort((a, b) => a.at - b.at || a.id - b.id);
}

export interface Gate {
  /** Logins with write access. Whoever cannot be asked for any more is a stranger until another round. */
  writersAmong(accounts: readonly Account[]): Promise<{ writers: Set<string>; isSure: boolean }>;
}

/** `push` is what older servers call `write`; a member of the organisation may have no more than `read`. */
const WRITING = ['admin', 'maintain', 'write', 'push'];
const MAX_OUTSIDERS = 30;

/** Asked once in a round, and of so many only: a crowd of strangers must not use the limit up. */
export function openGate(client: Client): Gate {
  const known = new Map<string, boolean>();
  let outsiders = 0;
  const mayWrite = async (login: string): Promise<boolean> => {
    try {
      const answer = await client.ask(`/collaborators/${encodeURIComponent(login)}/permission`);
      const parsed = permission.safeParse(answer?.data);
      return parsed.success && WRITING.includes(parsed.data.permission);
    } catch (error) {
      if (error instanceof GithubError && error.status === 404) return false;
      throw error;
    }
  };
  return {
    async writersAmong(accounts) {
      for (const { login, isInsider, isBot } of accounts) {
        if (known.has(login) || isBot) continue;
        if (!isInsider && outsiders >= MAX_OUTSIDERS) continue;
        if (!isInsider) outsiders += 1;
        known.set(login, await mayWrite(login));
      }
      const people = accounts.filter(({ isBot }) => !isBot).map(({ login }) => login);
      const writers = new Set(people.filter((login) => known.get(login)));
      return { writers, isSure: people.every((login) => known.has(login)) };
    },
  };
}
