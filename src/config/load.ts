/** services.yml → Config, or every problem in it at once, each with line and column. */
import { readFile, stat } from 'node:fs/promises';
import { type Config, toConfig } from './config.ts';
import { editorSchema, keysAt } from './editor-schema.ts';
import { interpolate } from './interpolate.ts';
import type { ChannelKinds } from './notifications.ts';
import { type Problem, problemsOf, readYaml } from './problems.ts';
import { checkReferences } from './references.ts';
import { type ProbeKinds, type ServicesFile, servicesFile } from './schema.ts';

export type { Problem } from './problems.ts';

export interface Loaded {
  config: Config;
  /** Values that came from the environment and must not be shown. */
  secrets: readonly string[];
  /** Keys that are accepted today and used by a later version: said, not ignored in silence. */
  notUsedYet: readonly string[];
}

export type LoadResult = ({ ok: true } & Loaded) | { ok: false; problems: readonly Problem[] };

export interface LoadOptions {
  kinds: ProbeKinds;
  /** Opaque when absent: then there are none, and their placeholders stay as they are. */
  channels?: ChannelKinds;
  /** Where `${NAME}` is looked up. With opaque kinds the probes' placeholders stay as they are. */
  env: Readonly<Record<string, string | undefined>>;
}

/** A constellation of 5,000 services fits several times; a larger file is a mistake. */
const MAX_BYTES = 4 * 1024 * 1024;

export async function loadConfig(file: string, options: LoadOptions): Promise<LoadResult> {
  const source = await readSource(file);
  if (typeof source === 'string') return parseConfig(file, source, options);
  return { ok: false, problems: [{ file, message: source.problem }] };
}

/** As `loadConfig`, of a text that is already there; `file` only stands in the problems. */
export function parseConfig(
  file: string,
  source: string,
  { kinds, channels = 'opaque', env }: LoadOptions,
): LoadResult {
  const yaml = readYaml(file, source);
  if ('fatal' in yaml) return { ok: false, problems: [yaml.fatal] };

  const schema = schemaOf(kinds, channels);
  const read = (raw: unknown) => {
    const { value, secrets, problems } = interpolate(raw, env, {
      skipProbes: kinds === 'opaque',
      skipChannels: channels === 'opaque',
    });
    return { parsed: schema.safeParse(value), secrets, unresolved: problems };
  };
  const findingsIn = (raw: unknown) => {
    const { parsed, unresolved } = read(raw);
    return [...unresolved, ...(parsed.error?.issues ?? []), ...checkReferences(raw)];
  };
  const problems = problemsOf(yaml, findingsIn, (path) => keysAt(editorSchemaOf(kinds, channels), path));
  const { parsed, secrets } = read(yaml.documents[0]!.value);
  if (problems.length > 0 || !parsed.success) return { ok: false, problems };
  return { ok: true, config: toConfig(parsed.data, channels), secrets, notUsedYet: notUsedYet(parsed.data) };
}

const schemaOf = remembered(servicesFile);
const editorSchemaOf = remembered(editorSchema);

/** Making a schema takes longer than reading a file with it. */
function remembered<T>(make: (kinds: ProbeKinds, channels: ChannelKinds) => T): typeof make {
  const made = new WeakMap<object, WeakMap<object, T>>();
  const key = (kinds: ProbeKinds | ChannelKinds): object => (kinds === 'opaque' ? OPAQUE : kinds);
  return (kinds, channels) => {
    const byChannels = made.get(key(kinds)) ?? new WeakMap<object, T>();
    made.set(key(kinds), byChannels);
    const value = byChannels.get(key(channels)) ?? make(kinds, channels);
    byChannels.set(key(channels), value);
    return value;
  };
}

const OPAQUE = {};

async function readSource(file: string): Promise<string | { problem: string }> {
  let bytes: Buffer;
  try {
    const info = await stat(file);
    if (info.isDirectory())
      return { problem: `is a folder; name a file: --config ${file.replace(/\/$/, '')}/services.yml` };
    if (!info.isFile()) return { problem: 'is not a regular file' };
    if (info.size > MAX_BYTES) {
      return { problem: `is ${(info.size / 1e6).toFixed(1)} MB long; at most ${MAX_BYTES / 1024 / 1024} MiB are read` };
    }
    bytes = await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'no such file; name one with --config FILE' };
    if (code === 'EACCES') return { problem: 'may not be read (permission denied)' };
    throw error;
  }
  if (bytes.length >= 2 && (bytes.readUInt16BE() === 0xfffe || bytes.readUInt16BE() === 0xfeff)) {
    return { problem: 'is UTF-16; save it as UTF-8' };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? { problem: 'is not a text file' } : text;
  } catch {
    return { problem: 'is not UTF-8 text' };
  }
}

function notUsedYet(file: ServicesFile): string[] {
  const entries = Object.values(file.services);
  const probes = [file.defaults, ...entries.flatMap(({ probes }) => probes)];
  const keys: [string, boolean][] = [['view', probes.some(({ view }) => view !== undefined)]];
  return keys.flatMap(([key, isGiven]) => (isGiven ? [key] : []));
}
