/** The baseline: reads the same raw lines, writes the same number of pages, with template literals and no more. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [history, out] = [process.argv[2]!, process.argv[3]!];
const startedAt = performance.now();
const probes = new Map<string, string[]>();
for (const name of readdirSync(join(history, 'schema'))) {
  const schema = JSON.parse(readFileSync(join(history, 'schema', name), 'utf8')) as { probes: string[] };
  probes.set(name.replace('.json', ''), schema.probes);
}
const ups = new Map<string, number>();
const days = readdirSync(join(history, 'raw')).sort();
for (const day of days) {
  for (const text of readFileSync(join(history, 'raw', day), 'utf8')
    .trim()
    .split('\n')) {
    const line = JSON.parse(text) as { s: string; ms: number[]; x?: Record<string, unknown> };
    for (const [index, probe] of probes.get(line.s)!.entries()) {
      if (line.x?.[index] === undefined) ups.set(probe, (ups.get(probe) ?? 0) + 1);
    }
  }
}
const strip = days.map((_, index) => `<rect x="${index * 5}" width="4" height="20"/>`).join('');
const page = (title: string, rows: string): string =>
  `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1><ul>${rows}</ul></html>`;
const row = ([probe, count]: [string, number]): string => `<li><b>${probe}</b><svg>${strip}</svg>${count}</li>`;
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'index.html'), page('Status', [...ups].map(row).join('')));
for (const entry of ups) {
  const folder = join(out, 'services', entry[0].replace('/', '-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.html'), page(entry[0], row(entry)));
}
process.stdout.write(JSON.stringify({ wallMs: performance.now() - startedAt }));
