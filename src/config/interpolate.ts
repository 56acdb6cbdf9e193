/** `${NAME}` in any string → the environment's value. `$${` is a literal `${`. */
import type { Finding } from './problems.ts';

interface Interpolated {
  value: unknown;
  /** Every value that was put in, to be kept out of history, logs and pages. */
  secrets: string[];
  problems: Finding[];
}

const PLACEHOLDER = /\$(\$\{|\{([^}]*)\})/g;

export function interpolate(
  input: unknown,
  env: Readonly<Record<string, string | undefined>>,
  { skipProbes, skipChannels }: { skipProbes: boolean; skipChannels: boolean },
): Interpolated {
  const secrets = new Set<string>();
  const problems: Finding[] = [];

  const walk = (value: unknown, path: PropertyKey[]): unknown => {
    if (skipProbes && isAskedByProbers(path, value)) return value;
    if (skipChannels && path[0] === 'notifications') return value;
    if (typeof value === 'string') return substitute(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]));
  };

  const substitute = (text: string, path: PropertyKey[]): string =>
    text.replaceAll(PLACEHOLDER, (_, escaped: string, name: string | undefined) => {
      if (escaped === '${') return '${';
      const value = env[name ?? ''];
      if (value) {
        secrets.add(value);
        return value;
      }
      const isName = /^[A-Za-z_]\w*$/.test(name ?? '');
      const message = isName
        ? `the environment variable ${name} is ${value === '' ? 'empty' : 'not set'}`
        : 'expected ${NAME} with letters, digits and underscores; write $${ for a literal ${';
      problems.push({ path, message, isWhole: true, ...(isName && { unset: name! }) });
      // Anything non-empty, so that one missing variable is one problem.
      return `https://unset.invalid/`;
    });

  return { value: walk(input, []), secrets: [...secrets], problems };
}

/** `canaries`, `heartbeat`, `services.<id>.probes`, or a service in one line, which is a probe and nothing else. */
function isAskedByProbers(path: readonly PropertyKey[], value: unknown): boolean {
  if (path[0] === 'canaries' || path[0] === 'heartbeat') return true;
  if (path[0] !== 'services') return false;
  return path.length === 2 ? typeof value === 'string' : path.length === 3 && path[2] === 'probes';
}
