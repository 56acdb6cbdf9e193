/** A site as `vedette build` makes it, behind a real server at a base path, open in a real browser. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { servePage } from '../../src/demo/serve.ts';
import { type FixtureOptions, writeFixture } from '../fixture.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const DEMO = fileURLToPath(new URL('../../src/demo/main.ts', import.meta.url));

export interface BuiltSite {
  /** Of the site's root, with a path below the server's root: everything must work there, too. */
  address: string;
  folder: string;
  read(path: string): Promise<string>;
  /** What the server's clock says from now on; at first, when the page was built. */
  setClock(at: number): void;
  close(): Promise<void>;
}

/** `makeFiles` writes services.yml and history into the folder it is given. */
export async function buildSite(makeFiles: (folder: string) => Promise<SiteFiles>): Promise<BuiltSite> {
  const work = await mkdtemp(join(tmpdir(), 'vedette-e2e-'));
  const { config, history, end } = await makeFiles(work);
  const root = join(work, 'served');
  const folder = join(root, 'repo');
  await mkdir(root);
  await promisify(execFile)(
    process.execPath,
    [CLI, 'build', '--config', config, '--history', history, '--out', folder],
    {
      env: { ...process.env, ...(end !== undefined && { VEDETTE_NOW: String(end) }) },
    },
  );
  return serveSite(root, folder, () => rm(work, { recursive: true, force: true }), end);
}

/** What `npm start -- --rounds 4 --no-serve` leaves behind, and what it printed. */
export async function demoSite(): Promise<BuiltSite & { printed: string }> {
  const work = await mkdtemp(join(tmpdir(), 'vedette-e2e-'));
  const folder = join(work, 'served', 'repo');
  await mkdir(join(work, 'served'));
  const { stdout } = await promisify(execFile)(process.execPath, [
    DEMO,
    '--rounds',
    '4',
    '--no-serve',
    '--out',
    folder,
  ]);
  const site = await serveSite(
    join(work, 'served'),
    folder,
    () => rm(work, { recursive: true, force: true }),
    Date.now(),
  );
  return { ...site, printed: stdout };
}

export interface SiteFiles {
  config: string;
  history: string;
  end?: number;
}

export function fixtureSite(options: FixtureOptions): Promise<BuiltSite> {
  return buildSite((folder) => writeFixture(folder, options));
}

async function serveSite(
  root: string,
  folder: string,
  cleanUp: () => Promise<void>,
  builtAt?: number,
): Promise<BuiltSite> {
  let clock = builtAt;
  const server = await servePage(root, 0, { refreshSeconds: 0, now: () => clock ?? Date.now() });
  return {
    address: `${server.address}repo/`,
    folder,
    read: (path) => readFile(join(folder, path), 'utf8'),
    setClock(at) {
      clock = at;
    },
    async close() {
      await server.close();
      await cleanUp();
    },
  };
}

/** A page whose console and network complain nowhere, or the test fails with what they said. */
export async function openQuietly(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(address).origin)) complaints.push(`asks elsewhere: ${request.url()}`);
  });
  await page.goto(address, { waitUntil: 'load' });
  return { page, complaints };
}

/** Pages of one site, each after the other in one window, as a visitor sees them; a window each takes thrice the time. */
export async function* visitQuietly(
  browser: Browser,
  home: string,
  paths: readonly string[],
  options: BrowserContextOptions = {},
): AsyncGenerator<{ path: string; page: Page; complaints: string[] }> {
  const [first = '', ...others] = paths;
  const { page, complaints } = await openQuietly(browser, home + first, options);
  yield { path: first, page, complaints };
  for (const path of others) {
    await page.goto(home + path, { waitUntil: 'load' });
    yield { path, page, complaints };
  }
  await page.context().close();
}
