// @ts-check
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defineConfig } from 'astro/config';

// As the bundler writes paths, on Windows too.
const SITE = fileURLToPath(new URL('src/site/', import.meta.url)).replaceAll('\\', '/');

// `vedette build` starts Astro with its own output folder; nothing else about a site is configured here.
export default defineConfig({
  devToolbar: { enabled: false },
  trailingSlash: 'always',
  build: { format: 'directory', inlineStylesheets: 'never', assets: 'assets', concurrency: 4 },
  integrations: [documents()],
  vite: { plugins: [sharedSite()] },
});

/**
 * Pages ask the very modules of `src/site/` that the rest of the process asks, not a bundled copy: the site is read once,
 * and there is less to bundle.
 * @returns {import('vite').Plugin}
 */
function sharedSite() {
  return {
    name: 'vedette:shared-site',
    apply: 'build',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      const isServer = this.environment.name !== 'client';
      const resolved = isServer ? await this.resolve(source, importer, { ...options, skipSelf: true }) : undefined;
      if (!resolved?.id.startsWith(SITE)) return undefined;
      return { id: pathToFileURL(resolved.id).href, external: 'absolute' };
    },
  };
}

/**
 * What is published beside the pages is written in one go: as routes, thousands of small files would each cost what a
 * page costs. `astro dev` answers with them.
 * @returns {import('astro').AstroIntegration}
 */
function documents() {
  return {
    name: 'vedette:documents',
    hooks: {
      'astro:config:setup'({ command, config }) {
        if (command === 'build') process.env.VEDETTE_BUNDLED = fileURLToPath(config.outDir);
      },
      // Astro bundles in threads of its own; the site is read meanwhile. Whoever asks for it hears what went wrong.
      async 'astro:build:start'() {
        const { loadDiagrams } = await import('./src/site/diagrams.ts');
        loadDiagrams().catch(() => {});
      },
      async 'astro:build:generated'({ dir }) {
        const { writeDocuments } = await import('./src/site/documents/write.ts');
        await writeDocuments(await published(), fileURLToPath(dir));
      },
      'astro:server:setup'({ server }) {
        server.middlewares.use(async (request, response, next) => {
          const path = decodeURI((request.url ?? '').replace(/\?.*$/, ''));
          const document = (await published()).find((each) => `/${each.path}` === path);
          if (!document) return next();
          response.setHeader('content-type', document.type).end(document.text());
        });
      },
    },
  };
}

async function published() {
  const { loadSite } = await import('./src/site/site.ts');
  const { documentsOf } = await import('./src/site/documents/documents.ts');
  return documentsOf(await loadSite());
}
