/** `npm run screenshots`: the pictures of the documents, from the demo as it really looks after four rounds. */
import { fileURLToPath } from 'node:url';
import { launchBrowser } from './browser.ts';
import { demoSite } from './built-site.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));

const site = await demoSite();
const browser = await launchBrowser();
try {
  for (const [name, path, colorScheme, width, height] of [
    ['home', '', 'light', 1000, 900],
    ['service-dark', 'services/api/', 'dark', 1000, 900],
  ] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height } });
    const page = await context.newPage();
    await page.goto(site.address + path);
    await page.screenshot({ path: `${DOCS}${name}.png` });
  }
} finally {
  await browser.close();
  await site.close();
}
