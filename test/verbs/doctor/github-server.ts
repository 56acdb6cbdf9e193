/** The few answers of GitHub's API that the doctor asks for, and the page beside them, on loopback. */
import { serveHttp, type TestServer } from '../../servers.ts';

export type Answers = Readonly<Record<string, Reply>>;
/** What is answered to `GET` of a path; an object is 200 and JSON, a number only a status. */
type Reply = object | number | { text: string; headers?: Record<string, string> };

export interface GitHubServer extends TestServer {
  /** What was asked, with the token it came with. */
  asked: { path: string; token: string | undefined }[];
}

/** Of a repository in which all is well, as of `now`. */
export function healthy(now: number, page: string): Answers {
  const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
  const run = (minutes: number, conclusion: string) => ({ status: 'completed', conclusion, created_at: ago(minutes) });
  const REPO = '/repos/acme/status';
  return {
    [REPO]: { default_branch: 'main', private: false, archived: false, has_issues: true },
    '/rate_limit': { resources: { core: { limit: 1000, remaining: 990, reset: Math.floor(now / 1000) + 600 } } },
    [`${REPO}/pages`]: { html_url: page, build_type: 'workflow', https_enforced: true },
    [`${REPO}/actions/permissions/workflow`]: { default_workflow_permissions: 'read' },
    [`${REPO}/actions/workflows`]: { workflows: [{ path: '.github/workflows/status.yml', state: 'active' }] },
    [`${REPO}/actions/workflows/status.yml/runs`]: { workflow_runs: [run(9, 'success'), run(31, 'success')] },
    [`${REPO}/contents/.github/workflows`]: [{ path: '.github/workflows/status.yml' }],
    [`${REPO}/labels`]: [{ name: 'Incident' }, { name: 'bug' }],
    '/status/': { text: '<!doctype html>' },
    '/status/status.json': {
      age: { probedAt: ago(10), staleAfter: 1800, unknownAfter: 3600 },
    },
  };
}

export async function serveGitHub(answersOf: (url: string) => Answers): Promise<GitHubServer> {
  const asked: GitHubServer['asked'] = [];
  const server = await serveHttp((request, response) => {
    const path = (request.url ?? '').split('?')[0]!;
    asked.push({ path, token: request.headers.authorization });
    const reply = answersOf(server.url)[path] ?? 404;
    if (typeof reply === 'number') response.writeHead(reply).end(JSON.stringify({ message: `status ${reply}` }));
    else if ('text' in reply) response.writeHead(200, reply.headers).end(reply.text);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  });
  return Object.assign(server, { asked });
}
