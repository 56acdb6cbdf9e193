/** What a person types while the demo runs. */
import { closest, distance } from 'fastest-levenshtein';

export type Command =
  | { kind: 'break' | 'repair' | 'slow'; service: string }
  | { kind: 'network' | 'replay' | 'help' }
  | { kind: 'quit' }
  | { kind: 'nothing' }
  | { kind: 'mistake'; message: string };

const WITH_SERVICE = { b: 'break', r: 'repair', d: 'slow' } as const;
const ALONE = { n: 'network', s: 'replay', h: 'help', q: 'quit', '': 'nothing' } as const;

export const COMMANDS_HELP = `  b <service>   break it: its server stops listening
  d <service>   delay it: every answer takes half a second longer
  r <service>   repair it
  n             take the prober's network away, or give it back
  s             play the story again
  h             this help
  q             quit (so does Ctrl-C)`;

/** `services` are the ids that can be broken. */
export function parseCommand(line: string, services: readonly string[]): Command {
  const [name = '', service, ...rest] = line.trim().split(/\s+/);
  if (isKey(ALONE, name)) {
    return service === undefined
      ? { kind: ALONE[name] }
      : { kind: 'mistake', message: `${name} stands alone; h shows what there is.` };
  }
  if (!isKey(WITH_SERVICE, name))
    return { kind: 'mistake', message: `There is no command ${JSON.stringify(name)}; h shows what there is.` };
  const known = `The services are ${services.join(', ')}.`;
  if (service === undefined) return { kind: 'mistake', message: `Which service? Say ${name} <service>. ${known}` };
  if (rest.length > 0) return { kind: 'mistake', message: `One service at a time: ${name} ${service}` };
  if (services.includes(service)) return { kind: WITH_SERVICE[name], service };
  return {
    kind: 'mistake',
    message: `No service here is called ${JSON.stringify(service)}.${suggestion(service, services)} ${known}`,
  };
}

function suggestion(typed: string, services: readonly string[]): string {
  const nearest = closest(typed, services);
  // Farther away it is a guess, not a slip of the finger.
  return distance(typed, nearest) <= Math.max(2, nearest.length / 2) ? ` Did you mean ${nearest}?` : '';
}

function isKey<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}
