/** Layouts of former builds, by a hash of what was laid out. Whatever is wrong with the file, a build goes on without it. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Engine, Part, PlacedPart, Point } from './layout.ts';

/** Changes whenever the same part would be laid out otherwise. */
const VERSION = 1;

export interface LayoutCache {
  /** `engine` behind the cache. */
  engine: Engine;
  /** Keeps what this build needed, and nothing else. */
  save(): Promise<void>;
}

/** Of one site, told apart from others by `name`; without a folder nothing is remembered. */
export async function openLayoutCache(folder: string | undefined, name: string, engine: Engine): Promise<LayoutCache> {
  const file = folder === undefined ? undefined : join(folder, `layouts-${hashOf(name).slice(0, 16)}.json`);
  const known = file === undefined ? {} : await read(file);
  const used: Record<string, PlacedPart> = {};
  let isNew = false;
  return {
    engine(part) {
      const key = hashOf(JSON.stringify([VERSION, part.nodes, part.edges, part.gap])).slice(0, 32);
      const found = used[key] ?? known[key];
      isNew ||= !fits(found, part);
      const placed = fits(found, part) ? found : engine(part);
      if (placed) used[key] = placed;
      return placed;
    },
    async save() {
      if (file !== undefined && isNew) await write(file, used);
    },
  };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function read(file: string): Promise<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

async function write(file: string, content: object): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, JSON.stringify(content));
    await rename(temporary, file);
  } catch {
    // A read-only disk only means laying out again.
  }
}

function fits(value: unknown, { nodes, edges }: Part): value is PlacedPart {
  const placed = value as Partial<PlacedPart> | null | undefined;
  const isPoint = (point: unknown): point is Point =>
    Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  return (
    typeof placed === 'object' &&
    placed !== null &&
    Number.isFinite(placed.width) &&
    Number.isFinite(placed.height) &&
    Array.isArray(placed.nodes) &&
    placed.nodes.length === nodes.length &&
    placed.nodes.every(isPoint) &&
    Array.isArray(placed.edges) &&
    placed.edges.length === edges.length &&
    placed.edges.every((points) => Array.isArray(points) && points.length % 3 === 1 && points.every(isPoint))
  );
}
