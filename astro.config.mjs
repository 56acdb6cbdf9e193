// @ts-check
import { defineConfig } from 'astro/config';

// `vedette build` starts Astro with its own output folder; nothing else about a site is configured here.
export default defineConfig({
  devToolbar: { enabled: false },
  trailingSlash: 'always',
  build: { format: 'directory', inlineStylesheets: 'never', assets: 'assets', concurrency: 4 },
});
