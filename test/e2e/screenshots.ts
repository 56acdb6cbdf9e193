/** `npm run screenshots`: the pictures of the documents, from the demo as it really looks after four rounds. */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { launchBrowser } from './browser.ts';
import { demoSite } from './built-site.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));

const site = await demoSite();
const browser = await launchBrowser();
try {
  for (const { name, path, link, colorScheme, width, height } of [
    { name: 'home', path: '', link: undefined, colorScheme: 'light', width: 1000, height: 900 },
    { name: 'service-dark', path: 'services/api/', link: undefined, colorScheme: 'dark', width: 1000, height: 900 },
    // Its address has the day in it.
    { name: 'incident', path: '', link: 'article h3 a', colorScheme: 'light', width: 1000, height: 900 },
  ] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height } });
    const page = await context.newPage();
    await page.goto(site.address + path);
    if (link !== undefined) await page.locator(link).first().click();
    await sharp(await page.screenshot())
      .png({ palette: true })
      .toFile(`${DOCS}${name}.png`);
    await context.close();
  }
} finally {
  await browser.close();
  await site.close();
}
