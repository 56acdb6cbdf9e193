/** Names → addresses: hosts file and localhost first, then the name servers, never the four-thread system resolver. */
import { Resolver } from 'node:dns/promises';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { devNull } from 'node:os';
import { isShortage, ProbeFailure } from './failure.ts';

export interface Address {
  address: string;
  family: 4 | 6;
}

export type Family = 4 | 6 | 'auto';

/** After the first answer, the other family's may take this much longer (RFC 8305, section 3). */
const RESOLUTION_DELAY_MS = 50;
const HOSTS_FILE = process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';

/** Where addresses come from. */
export interface NameSources {
  /** The text of the hosts file. */
  readHosts(): string;
  createResolver(): Resolver;
}

/** At least one address, in the order to try. Throws the name server's error, or a system error for want of handles. */
export type Resolve = (host: string, family: Family, signal: AbortSignal) => Promise<Address[]>;

export const resolve: Resolve = createResolve({
  readHosts: () => readFileSync(HOSTS_FILE, 'utf8'),
  createResolver: () => new Resolver(),
});

export function createResolve({ readHosts, createResolver }: NameSources): Resolve {
  let hosts: Hosts | undefined;
  return async (host, family, signal) => {
    const literal = toAddress(host.replace(/^\[|\]$/g, ''));
    if (literal) return only(family, [literal]);
    hosts ??= toHosts(readIfThere(readHosts));
    return only(family, localAddresses(host, hosts) ?? (await ask(host, family, createResolver, signal)));
  };
}

/** Opens what a look-up needs, and lets go of it: one for datagrams, and one for TCP or for asking again. */
export function requireHandles(): void {
  const handles: number[] = [];
  try {
    while (handles.length < 2) handles.push(openSync(devNull, 'r'));
  } catch (error) {
    if (isShortage(error)) throw error;
  } finally {
    for (const handle of handles) closeSync(handle);
  }
}

function only(family: Family, found: readonly Address[]): Address[] {
  const wanted = found.filter((address) => family === 'auto' || address.family === family);
  if (wanted.length > 0) return wanted;
  throw new ProbeFailure(
    'dns-no-address',
    family === 'auto' ? 'the name has no address' : `the name has no IPv${family} address`,
  );
}

async function ask(
  host: string,
  family: Family,
  createResolver: NameSources['createResolver'],
  signal: AbortSignal,
): Promise<Address[]> {
  signal.throwIfAborted();
  // Without a handle the list of name servers could not be read, and would be this machine itself.
  requireHandles();
  const resolver = createResolver();
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const questions = [
      ...(family === 4 ? [] : [resolver.resolve6(host)]),
      ...(family === 6 ? [] : [resolver.resolve4(host)]),
    ];
    const answers = await settleTogether(questions);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length > 0) return addresses.flatMap((address) => toAddress(address) ?? []);
    throw mostTelling(answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : [])));
  } finally {
    signal.removeEventListener('abort', cancel);
    resolver.cancel();
  }
}

/** That one family has no address says less than what became of the other's question. */
function mostTelling(failures: readonly NodeJS.ErrnoException[]): Error | undefined {
  // What c-ares says when it gets no socket, too.
  if (failures.some(({ code }) => code === 'ECONNREFUSED')) requireHandles();
  return failures.find(({ code }) => code !== 'ENODATA') ?? failures[0];
}

/** Waits for all, but not long for the rest once one has brought something. */
async function settleTogether<T>(questions: readonly Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  const settled: PromiseSettledResult<T>[] = [];
  const all = questions.map((question) =>
    question.then(
      (value) => void settled.push({ status: 'fulfilled', value }),
      (reason) => void settled.push({ status: 'rejected', reason }),
    ),
  );
  await Promise.any(questions).catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const delay = new Promise<void>((done) => {
    timer = setTimeout(done, RESOLUTION_DELAY_MS);
  });
  await Promise.race([Promise.all(all), delay]);
  clearTimeout(timer);
  return settled;
}

type Hosts = ReadonlyMap<string, readonly Address[]>;

function localAddresses(host: string, hosts: Hosts): readonly Address[] | undefined {
  const name = host.toLowerCase().replace(/\.$/, '');
  const listed = hosts.get(name);
  if (listed) return listed;
  // RFC 6761: these never go to a name server.
  if (name !== 'localhost' && !name.endsWith('.localhost')) return undefined;
  return [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
}

/** A shortage is no answer: a name of the file would not be found anywhere else. */
function readIfThere(readHosts: () => string): string {
  try {
    return readHosts();
  } catch (error) {
    if (isShortage(error)) throw error;
    return '';
  }
}

function toHosts(text: string): Hosts {
  const result = new Map<string, Address[]>();
  for (const line of text.split('\n')) {
    const [first, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const address = toAddress(first ?? '');
    if (!address) continue;
    for (const name of names) result.set(name.toLowerCase(), [...(result.get(name.toLowerCase()) ?? []), address]);
  }
  return result;
}

function toAddress(text: string): Address | undefined {
  const family = isIP(text);
  return family === 4 || family === 6 ? { address: text, family } : undefined;
}
