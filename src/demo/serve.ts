/** A small server for the folder that the page is built into; for this machine only. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOST } from './calls.ts';

export interface PageServer {
  /** `http://127.0.0.1:4321/` */
  address: string;
  /** The wanted port could not be had, so it is another. */
  isElsewhere: boolean;
  close(): Promise<void>;
}

export interface PageServerOptions {
  /**
   * Tells browsers to come again; in a header, so that the page is the same that would be published. 0 for not at all,
   * and then nobody is told to wait for a first build either.
   */
  refreshSeconds?: number;
  /** What its `Date` headers say, by which the page tells its own age. */
  now?: () => number;
}

/** The build replaces the folder by renaming it: for a moment there is none. */
const MOMENT_MS = 100;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.rss': 'application/rss+xml; charset=utf-8',
  '.atom': 'application/atom+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.ics': 'text/calendar; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const WAITING_PAGE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Vedette demo</title><p>The page is being built and will appear here by itself.</p></html>\n';

/** `port` 0 takes any free one. A port that is taken, or not allowed to us, is replaced by a free one. */
export async function servePage(
  folder: string,
  port: number,
  { refreshSeconds = 3, now = Date.now }: PageServerOptions = {},
): Promise<PageServer> {
  const server = createServer((request, response) => {
    response.setHeader('date', new Date(now()).toUTCString());
    answer(folder, request, refreshSeconds > 0)
      .catch((error: unknown): Answer => ({ status: 500, extension: '.txt', content: `${error}\n` }))
      .then((found) => send(response, found, refreshSeconds));
  });
  const listen = async (wanted: number): Promise<void> => {
    server.listen({ host: HOST, port: wanted });
    await once(server, 'listening');
  };
  let isElsewhere = false;
  try {
    await listen(port);
  } catch (error) {
    if (!['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    isElsewhere = true;
    await listen(0);
  }
  const { port: actual } = server.address() as AddressInfo; // It listens on TCP, so this is no path of a pipe.
  return {
    address: `http://${HOST}:${actual}/`,
    isElsewhere,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Answer {
  status: number;
  /** Of a file of that kind. */
  extension: string;
  content: string | Buffer;
  headers?: Record<string, string>;
}

async function answer(folder: string, { method, url = '/' }: IncomingMessage, canWait: boolean): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, extension: '.txt', content: 'Only GET and HEAD.\n', headers: { allow: 'GET, HEAD' } };
  }
  const path = pathIn(url);
  const found = path === undefined ? 'missing' : await find(folder, path);
  if (found === 'folder') {
    // Made from the path and not from the request: `//host` there would lead to another server.
    const location = `/${path!.split('/').map(encodeURIComponent).join('/')}/`;
    return { status: 301, extension: '.txt', content: 'It is a folder.\n', headers: { location } };
  }
  if (found !== 'missing') return { status: 200, extension: extname(found.file), content: found.content };
  if (canWait && (await find(folder, 'index.html')) === 'missing')
    return { status: 503, extension: '.html', content: WAITING_PAGE };
  const page = await find(folder, '404.html');
  if (typeof page === 'string') return { status: 404, extension: '.txt', content: 'Not found.\n' };
  return { status: 404, extension: '.html', content: page.content };
}

/** A request's path relative to the folder; undefined when it leads out of it, or is none. */
function pathIn(url: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(url.split(/[?#]/)[0]!);
  } catch {
    return undefined;
  }
  if (!decoded.startsWith('/') || /[\0\\]/.test(decoded) || decoded.split('/').includes('..')) return undefined;
  const path = posix.normalize(decoded).slice(1);
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

type Found = { file: string; content: Buffer } | 'folder' | 'missing';

async function find(folder: string, path: string): Promise<Found> {
  const file = join(folder, path);
  for (let isRetry = false; ; isRetry = true) {
    try {
      return { file, content: await readFile(file) };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EISDIR') return 'folder';
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ENAMETOOLONG') throw error;
      if (isRetry) return 'missing';
      await sleep(MOMENT_MS);
    }
  }
}

function send(response: ServerResponse, { status, extension, content, headers }: Answer, refreshSeconds: number): void {
  response.writeHead(status, {
    'content-type': TYPES[extension] ?? 'application/octet-stream',
    'content-length': Buffer.byteLength(content),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(extension === '.html' && refreshSeconds > 0 && { refresh: String(refreshSeconds) }),
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : content);
}
