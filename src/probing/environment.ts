/** What surrounds a round: files beside services.yml, proxies, a cache, whether programs may be run. */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Cache } from './define-probe.ts';

export interface Surroundings {
  /** Folder of services.yml. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  cache: Cache;
}

export function readFileIn(folder: string): (path: string) => Promise<Buffer> {
  return (path) => readFile(resolve(folder, path));
}

/** `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case, as curl reads them. */
export function proxiesOf(env: Surroundings['env']): (url: URL) => string | undefined {
  const value = (name: string): string => env[name.toLowerCase()] || env[name] || '';
  // Servers that set HTTP_PROXY from a request's header have made the capital one suspect; here nobody's header is near.
  const proxies = { 'http:': value('HTTP_PROXY'), 'https:': value('HTTPS_PROXY') };
  const exempt = value('NO_PROXY')
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .toLowerCase()
        .replace(/^\*?\./, ''),
    )
    .filter(Boolean);
  return ({ protocol, hostname, port }) => {
    const proxy = protocol === 'https:' || protocol === 'wss:' ? proxies['https:'] : proxies['http:'];
    const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
    const isExempt = exempt.some((entry) => {
      const [name, onlyPort] =
        entry.startsWith('[') || entry.split(':').length > 2 ? [entry.replace(/^\[|\]$/g, '')] : entry.split(':');
      if (onlyPort !== undefined && onlyPort !== port) return false;
      return name === '*' || host === name || host.endsWith(`.${name}`);
    });
    return proxy === '' || isExempt ? undefined : proxy;
  };
}

/** A pull request may bring a services.yml that nobody has looked at. */
export function mayRunCommands(env: Surroundings['env']): boolean {
  return !(env.GITHUB_EVENT_NAME ?? '').startsWith('pull_request');
}

export function isHostedRunner(env: Surroundings['env']): boolean {
  return env.RUNNER_ENVIRONMENT === 'github-hosted';
}

/** One file a key. Whatever goes wrong with it is the same as not knowing. */
export function createFileCache(folder: string, now: () => number): Cache {
  const fileOf = (key: string): string =>
    join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  return {
    async get(key) {
      try {
        const entry = JSON.parse(await readFile(fileOf(key), 'utf8')) as { value: unknown; until: unknown };
        return typeof entry.value === 'string' && typeof entry.until === 'number' && entry.until > now()
          ? entry.value
          : undefined;
      } catch {
        return undefined;
      }
    },
    async set(key, value, ttlMs) {
      try {
        await mkdir(folder, { recursive: true });
        const temporary = `${fileOf(key)}.${process.pid}.tmp`;
        await writeFile(temporary, JSON.stringify({ value, until: now() + ttlMs }));
        await rename(temporary, fileOf(key));
      } catch {
        // A read-only disk only means asking again.
      }
    },
  };
}

/** For rounds that have nothing worth remembering. */
export const FORGETFUL_CACHE: Cache = { get: async () => undefined, set: async () => undefined };
