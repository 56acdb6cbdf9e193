/** What GitHub's API is asked, and the parts of its answers that are used. Documented at docs.github.com/rest. */
import { z } from 'zod';
import type { Answer, Ask } from './ask.ts';
import { type Finding, warning } from './check.ts';

export type ApiAnswer<T> =
  | { kind: 'value'; value: T }
  /** It answered, and not with what was asked for. */
  | { kind: 'refused'; status: number; message: string }
  | { kind: 'silence'; why: string };

export interface GitHub {
  /** `owner/name`. */
  repository: string;
  /** Of what lies below the repository, as `/pages`; or of the API itself, as `//rate_limit`. */
  get<T>(path: string, shape: z.ZodType<T>): Promise<ApiAnswer<T>>;
}

export function createGitHub(
  ask: Ask,
  { api, repository, token }: Record<'api' | 'repository' | 'token', string>,
): GitHub {
  const headers = {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    authorization: `Bearer ${token}`,
  };
  return {
    repository,
    async get(path, shape) {
      const url = path.startsWith('//') ? `${api}${path.slice(1)}` : `${api}/repos/${repository}${path}`;
      // The token goes to nobody whom the API merely names.
      return read(await ask(url, { headers, redirect: 'manual' }), shape);
    },
  };
}

function read<T>(answer: Answer, shape: z.ZodType<T>): ApiAnswer<T> {
  if (answer.kind === 'silence') return answer;
  const { status, body } = answer;
  const json = parseJson(body);
  if (status !== 200) return { kind: 'refused', status, message: refusal.safeParse(json).data?.message ?? '' };
  const parsed = shape.safeParse(json);
  if (parsed.success) return { kind: 'value', value: parsed.data };
  const place = parsed.error.issues[0]?.path.join('.');
  return { kind: 'silence', why: `answered with something else than documented${place ? ` (at ${place})` : ''}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const refusal = z.object({ message: z.string() });

/** A finding for what could not be seen: unknown is not in order. */
export function unseen(answer: Exclude<ApiAnswer<unknown>, { kind: 'value' }>, fix: string): Finding {
  if (answer.kind === 'silence')
    return warning(`not known: GitHub's API ${answer.why}`, 'try again later; the others are not concerned');
  const { status, message } = answer;
  return warning(`not known: GitHub's API answered ${status}${message === '' ? '' : ` (${message})`}`, fix);
}

export const rateLimit = z.object({
  resources: z.object({ core: z.object({ limit: z.number(), remaining: z.number(), reset: z.number() }) }),
});

export const repositoryShape = z.object({
  default_branch: z.string(),
  private: z.boolean().optional(),
  archived: z.boolean().optional(),
  has_issues: z.boolean().optional(),
});

export const pagesShape = z.object({
  html_url: z.string().nullish(),
  build_type: z.string().nullish(),
  https_enforced: z.boolean().nullish(),
});

export const tokenShape = z.object({ default_workflow_permissions: z.string() });

export const workflowList = z.object({
  workflows: z.array(z.object({ path: z.string(), state: z.string() })).readonly(),
});

export const runList = z.object({
  workflow_runs: z.array(
    z.object({
      status: z.string().nullish(),
      conclusion: z.string().nullish(),
      created_at: z.string().transform((text) => Date.parse(text)),
    }),
  ),
});
export type Run = z.output<typeof runList>['workflow_runs'][number];

export const labelList = z.array(z.object({ name: z.string() })).readonly();

export const folderShape = z.array(z.object({ path: z.string() })).readonly();
