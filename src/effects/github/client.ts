/**
 * GitHub's API, asked politely: in turn, slower for writing, again after a hiccup, never after a limit, and never more
 * often than a round may. What is the same as last time costs nothing of the limit.
 */
import type { Octokit } from '@octokit/core';

export interface ClientOptions {
  /** `https://api.github.com`. */
  apiUrl: string;
  token: string;
  /** `owner/name`. */
  repository: string;
  signal: AbortSignal;
  /** What was the same as last time; kept by whoever asks again. */
  etags: Map<string, string>;
  maxRequests?: number;
  /** For a server of one's own: no pause between two writes, for which GitHub asks, and none before trying again. */
  isHurried?: boolean;
}

export interface Client {
  /** Undefined: the same as last time. Paths are below the repository. */
  ask(path: string, query?: Query, how?: { isFresh: boolean }): Promise<Answer | undefined>;
  /** What was asked is done with: asked again, the same need not come again. */
  settle(answer: Answer): void;
  write(method: 'POST' | 'PATCH', path: string, body: object): Promise<unknown>;
  /** Sent so far, those that were tried again included. */
  requests(): number;
}

export interface Answer {
  data: unknown;
  key: string;
  etag: string | undefined;
}

export type Query = Readonly<Record<string, string | number>>;

/** No more of this in this round; the next goes on. */
export class EnoughForNow extends Error {}

/** GitHub refuses or is not there. `status` 0: no answer. */
export class GithubError extends Error {
  readonly status: number;

  constructor(message: string, status: number, cause: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

const MAX_REQUESTS = 150;
/** The token's other users, and the rest of this round, want some, too. */
const RESERVE = 50;
const TIMEOUT_MS = 15_000;
/** A job is billed by the minute: longer than this is for the next round. */
const LONGEST_WAIT_S = 20;
const MAX_TEXT = 500;

export async function openClient(options: ClientOptions): Promise<Client> {
  const { repository, etags, maxRequests = MAX_REQUESTS } = options;
  let requests = 0;
  const octokit = await octokitFor(options, () => {
    requests += 1;
  });
  let left = Number.POSITIVE_INFINITY;
  octokit.hook.before('request', () => {
    if (requests >= maxRequests) throw new EnoughForNow(`${maxRequests} requests were made in this round`);
    if (left < RESERVE) throw new EnoughForNow(`only ${left} requests are left in this hour`);
  });
  const request = async (method: string, path: string, values: Parameters<Octokit['request']>[1]) => {
    try {
      const answer = await octokit.request(`${method} /repos/${repository}${path}`, values);
      left = remaining(answer.headers, left);
      return answer;
    } catch (error) {
      if (error instanceof EnoughForNow) throw error;
      left = remaining(headersOf(error), left);
      throw asGithubError(error, `${method} ${path}`);
    }
  };
  return {
    async ask(path, query = {}, { isFresh } = { isFresh: false }) {
      const key = JSON.stringify([path, query]);
      const etag = isFresh ? undefined : etags.get(key);
      try {
        const headers = etag === undefined ? {} : { 'if-none-match': etag };
        const { data, headers: given } = await request('GET', path, { ...query, headers });
        return { data, key, etag: given.etag };
      } catch (error) {
        if (error instanceof GithubError && error.status === 304) return undefined;
        throw error;
      }
    },
    settle({ key, etag }) {
      if (etag !== undefined) etags.set(key, etag);
    },
    // Whether a write that failed was done nobody knows; the next round looks, and does not do it twice.
    write: async (method, path, body) => (await request(method, path, { ...body, request: { retries: 0 } })).data,
    requests: () => requests,
  };
}

/** Loaded when there is somebody to talk to: most runs of the command line have no token. */
async function octokitFor(
  { apiUrl, token, signal, isHurried = false }: ClientOptions,
  onRequest: () => void,
): Promise<Octokit> {
  const [core, { throttling }, { retry }] = await Promise.all([
    import('@octokit/core'),
    import('@octokit/plugin-throttling'),
    import('@octokit/plugin-retry'),
  ]);
  const Patient = core.Octokit.plugin(throttling, retry);
  return new Patient({
    auth: token,
    baseUrl: apiUrl,
    userAgent: 'vedette',
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    request: {
      fetch: (url: string, init: RequestInit) => {
        onRequest();
        return fetch(url, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
      },
    },
    // What a limit refuses is the other plugin's; asking again at once is what limits are there against.
    retry: {
      retries: 2,
      retryAfterBaseValue: isHurried ? 1 : 1000,
      doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451],
    },
    throttle: {
      enabled: !isHurried,
      onRateLimit: () => false,
      onSecondaryRateLimit: (afterS: number, _options: object, _octokit: unknown, tries: number) =>
        tries < 1 && afterS <= LONGEST_WAIT_S,
    },
  });
}

type Headers = Readonly<Record<string, unknown>>;

function headersOf(error: unknown): Headers {
  const response = typeof error === 'object' && error !== null && 'response' in error ? error.response : undefined;
  const headers = typeof response === 'object' && response !== null && 'headers' in response ? response.headers : {};
  return headers as Headers;
}

function remaining(headers: Headers, before: number): number {
  const left = Number(headers['x-ratelimit-remaining'] ?? Number.NaN);
  return Number.isNaN(left) ? before : left;
}

/** Octokit's say `status`; without an answer it is 500, with the cause beneath. */
function asGithubError(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return error;
  const hasAnswer = 'response' in error && error.response !== undefined;
  const said = error.message.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, MAX_TEXT);
  return new GithubError(
    `${what}: ${hasAnswer ? error.status : 'no answer'}: ${said}`,
    hasAnswer ? error.status : 0,
    error,
  );
}
