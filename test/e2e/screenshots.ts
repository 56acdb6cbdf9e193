/** `npm run screenshots`: the pictures of the documents, from sites that are built as any other. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, fixtureSite } from './built-site.ts';
import { writePicture } from './screenshot-fixture.ts';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const INCIDENT = 'incidents/2026-11-20-database/';

interface Shot {
  name: string;
  path: string;
  colorScheme?: 'dark';
  isNarrow?: boolean;
  /** Id of what it begins with, instead of the top. */
  from?: string;
}

const WIDE = { width: 1000, height: 900 };
const NARROW = { width: 360, height: 740 };

const SITES: readonly { build(): Promise<BuiltSite>; shots: readonly Shot[] }[] = [
  {
    build: () => buildSite((folder) => writePicture(folder, { isBroken: false })),
    shots: [
      { name: 'home-well', path: '' },
      { name: 'home-well-dark', path: '', colorScheme: 'dark' },
      { name: 'service', path: 'services/api/', from: 'latency' },
    ],
  },
  {
    build: () => buildSite((folder) => writePicture(folder, { isBroken: true })),
    shots: [
      { name: 'home', path: '' },
      { name: 'home-dark', path: '', colorScheme: 'dark' },
      { name: 'home-narrow', path: '', isNarrow: true },
      { name: 'service-dark', path: 'services/api/', colorScheme: 'dark' },
      { name: 'service-narrow', path: 'services/api/', isNarrow: true, from: 'latency' },
      { name: 'map', path: 'map/' },
      { name: 'incident', path: INCIDENT },
      { name: 'incident-narrow-dark', path: INCIDENT, isNarrow: true, colorScheme: 'dark' },
    ],
  },
  {
    build: () => buildSite((folder) => writePicture(folder, { isBroken: true, language: 'ar' })),
    shots: [
      { name: 'home-right-to-left', path: '' },
      { name: 'service-right-to-left', path: 'services/api/', isNarrow: true },
    ],
  },
  {
    build: () => fixtureSite({ services: 200, days: 90, everyMs: 3_600_000, outageAtEnd: true }),
    shots: [{ name: 'home-200', path: '' }],
  },
];

async function shoot(browser: Browser, { address }: BuiltSite, shot: Shot): Promise<void> {
  const { name, path, colorScheme = 'light', isNarrow = false, from } = shot;
  const context = await browser.newContext({ colorScheme, viewport: isNarrow ? NARROW : WIDE, timezoneId: 'UTC' });
  const page = await context.newPage();
  await page.goto(`${address}${path}${from === undefined ? '' : `#${from}`}`);
  await sharp(await page.screenshot())
    .png({ palette: true, colours: 64, effort: 10 })
    .toFile(join(FOLDER, `${name}.png`));
  await context.close();
}

await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
const browser = await launchBrowser();
try {
  for (const { build, shots } of SITES) {
    const site = await build();
    for (const shot of shots) await shoot(browser, site, shot);
    await site.close();
  }
} finally {
  await browser.close();
}
const sizes = await Promise.all((await readdir(FOLDER)).map(async (name) => (await stat(join(FOLDER, name))).size));
console.log(`${sizes.length} pictures, ${Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000)} kB`);
