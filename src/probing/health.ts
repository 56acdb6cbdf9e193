/**
 * What a health document says of itself: Dockerflow heartbeats, flat booleans, `application/health+json`, Spring
 * Actuator, MicroProfile, ASP.NET, the verbose lines of Kubernetes, the colours of Elasticsearch. They differ in their
 * words and in where the parts stand, so one reading serves all. Pure; the document is a stranger's, and bounded.
 */
import { OUTCOMES, type Outcome } from '../model.ts';

export type HealthOutcome = Exclude<Outcome, 'unknown'>;

/** One part of the target, as `facts.checks` shows it. */
export interface HealthCheck {
  name: string;
  outcome: HealthOutcome;
  /** What the document says beside it. */
  output?: string;
}

export interface Health {
  outcome: HealthOutcome;
  /** The document's own word for it. */
  word: string;
  checks: readonly HealthCheck[];
}

const WORDS: Readonly<Record<HealthOutcome, readonly string[]>> = {
  // `debug` and `info` are levels of Dockerflow below a warning.
  up: [
    'ok',
    'okay',
    'pass',
    'passed',
    'passing',
    'up',
    'healthy',
    'green',
    'success',
    'alive',
    'ready',
    'debug',
    'info',
  ],
  degraded: ['warn', 'warning', 'degraded', 'yellow', 'unknown'],
  down: ['fail', 'failed', 'failing', 'failure', 'error', 'down', 'unhealthy', 'red', 'critical', 'out_of_service'],
};
/** Levels of Dockerflow are those of Python's logging. */
const WARNING_LEVEL = 30;
const ERROR_LEVEL = 40;
const PARTS = ['checks', 'components', 'details', 'entries', 'results'];
const OUTPUTS = ['output', 'description', 'message', 'messages', 'error', 'exception'];

const MAX_CHECKS = 50;
const MAX_DEPTH = 4;
const MAX_NAME = 80;
const MAX_OUTPUT = 160;

/** Undefined when the text is no health document that we know. */
export function readHealth(text: string): Health | undefined {
  const trimmed = text.trim();
  return /^[{"]/.test(trimmed) ? readDocument(trimmed) : (readLines(trimmed) ?? readWord(trimmed));
}

/** The parts that are worst off, for a message: `database (connection refused), cache`. */
export function failingChecks({ outcome, checks }: Health): string {
  const failing = checks.filter((check) => check.outcome !== 'up');
  const worst = failing.filter((check) => check.outcome === outcome);
  const named = (worst.length > 0 ? worst : failing).map(({ name, output }) => (output ? `${name} (${output})` : name));
  return named.length > 3 ? `${named.slice(0, 3).join(', ')} and ${named.length - 3} more` : named.join(', ');
}

function readDocument(text: string): Health | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document === 'string') return readWord(document);
  if (!isMapping(document)) return undefined;
  const { status } = document;
  const checks = partsOf(document, '', 0);
  if (typeof status === 'string') {
    const outcome = outcomeOf(document);
    return outcome && { outcome, word: bounded(status, MAX_NAME), checks };
  }
  if (checks.length > 0) return ofChecks(checks);
  return readBooleans(document);
}

/** `{"db": true, "cache": false, "queue": null}`, and nothing else beside. */
function readBooleans(document: Record<string, unknown>): Health | undefined {
  const values = Object.values(document);
  if (!values.includes(true) && !values.includes(false)) return undefined;
  if (!values.every((value) => typeof value === 'boolean' || value === null)) return undefined;
  return ofChecks(Object.entries(document).flatMap(([name, value]) => checkOf(name, value) ?? []));
}

/** `[+]ping ok`, `[-]etcd failed: reason withheld`, and a last line that sums up. */
function readLines(text: string): Health | undefined {
  const checks: HealthCheck[] = [];
  for (const line of text.split('\n').slice(0, 10 * MAX_CHECKS)) {
    const [, sign, name, said] = /^\[([+-])\](\S{1,200})\s*(.{0,500})/.exec(line) ?? [];
    if (sign === undefined || name === undefined) continue;
    const outcome = sign === '+' ? 'up' : 'down';
    const output = (said ?? '').trim().replace(/^failed: (reason withheld)?/, '');
    const isTelling = outcome === 'down' && output !== '' && output !== 'failed';
    checks.push({ name: bounded(name, MAX_NAME), outcome, ...(isTelling && { output: bounded(output, MAX_OUTPUT) }) });
  }
  return checks.length > 0 ? ofChecks(checks) : undefined;
}

/** `Healthy`, as ASP.NET answers; `livez check passed` of Kubernetes without `?verbose`. */
function readWord(text: string): Health | undefined {
  const word = /^(?:\w+ check )?(\w+)[.!]?$/.exec(text.slice(0, MAX_NAME))?.[1];
  const outcome = word === undefined ? undefined : outcomeOfWord(word);
  return outcome && { outcome, word: word!, checks: [] };
}

/** A document that does not sum up is as well as the worst of its parts. */
function ofChecks(checks: readonly HealthCheck[]): Health {
  const outcome = checks.reduce<HealthOutcome>((worst, check) => worse(worst, check.outcome), 'up');
  const word = { up: 'ok', degraded: 'warning', down: 'failed' }[outcome];
  return { outcome, word, checks: kept(checks) };
}

/** Bounded, the failing ones before the rest when there are too many. */
function kept(checks: readonly HealthCheck[]): readonly HealthCheck[] {
  if (checks.length <= MAX_CHECKS) return checks;
  const failing = checks.filter(({ outcome }) => outcome !== 'up');
  return [...failing, ...checks.filter(({ outcome }) => outcome === 'up')].slice(0, MAX_CHECKS);
}

function partsOf(document: Record<string, unknown>, prefix: string, depth: number): readonly HealthCheck[] {
  const found = new Map<string, HealthCheck>();
  for (const key of PARTS) {
    for (const [name, value] of entriesOf(document[key])) {
      // In `details` stands anything: a version, free space on a disk.
      if (key === 'details' && !(isMapping(value) && typeof value.status === 'string')) continue;
      const path = prefix === '' ? name : `${prefix}/${name}`;
      const nested = isMapping(value) && depth < MAX_DEPTH ? partsOf(value, path, depth + 1) : [];
      const check = checkOf(path, value);
      for (const part of check ? [check, ...nested] : nested) {
        const known = found.get(part.name);
        if (!known || part.output !== undefined) found.set(part.name, part);
      }
    }
  }
  return kept([...found.values()]);
}

/** Name → part: of a mapping; of a list whose items have names; of a mapping to lists (`health+json`). */
function entriesOf(parts: unknown): [string, unknown][] {
  if (Array.isArray(parts)) return parts.map((part, index) => [nameOf(part) ?? `#${index + 1}`, part]);
  if (!isMapping(parts)) return [];
  return Object.entries(parts).flatMap(([name, value]): [string, unknown][] => {
    if (!Array.isArray(value)) return [[name, value]];
    return value.map((item, index) => {
      const own = nameOf(item) ?? `${index + 1}`;
      return [value.length === 1 ? name : `${name} ${own}`, item];
    });
  });
}

function nameOf(part: unknown): string | undefined {
  if (!isMapping(part)) return undefined;
  const name = part.name ?? part.componentId ?? part.id;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Undefined for what does not apply (null), and for what is no check at all. */
function checkOf(name: string, value: unknown): HealthCheck | undefined {
  const outcome = outcomeOf(value);
  if (!outcome) return undefined;
  const output = outcome !== 'up' && isMapping(value) ? outputOf(value) : undefined;
  return { name: bounded(name, MAX_NAME), outcome, ...(output && { output: bounded(output, MAX_OUTPUT) }) };
}

function outcomeOf(value: unknown): HealthOutcome | undefined {
  if (typeof value === 'boolean') return value ? 'up' : 'down';
  if (typeof value === 'string') return outcomeOfWord(value);
  if (!isMapping(value)) return undefined;
  const { level, status, healthy } = value;
  if (typeof level === 'number') return level >= ERROR_LEVEL ? 'down' : level >= WARNING_LEVEL ? 'degraded' : 'up';
  return outcomeOf(isMapping(status) ? undefined : (status ?? (typeof healthy === 'boolean' ? healthy : undefined)));
}

function outcomeOfWord(word: string): HealthOutcome | undefined {
  const plain = word.trim().toLowerCase().replaceAll(/[\s-]/g, '_');
  return (['down', 'degraded', 'up'] as const).find((outcome) => WORDS[outcome].includes(plain));
}

/** A text, or the first of several; Spring has it one level down. */
function outputOf(part: Record<string, unknown>): string | undefined {
  for (const key of OUTPUTS) {
    const value = part[key];
    const first = isMapping(value) || Array.isArray(value) ? Object.values(value)[0] : value;
    if (typeof first === 'string' && first.trim() !== '') return first.trim();
  }
  return isMapping(part.details) ? outputOf(part.details) : undefined;
}

function worse(a: HealthOutcome, b: HealthOutcome): HealthOutcome {
  return OUTCOMES.indexOf(b) > OUTCOMES.indexOf(a) ? b : a;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line, without control characters, so long at most. */
function bounded(text: string, length: number): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ');
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
