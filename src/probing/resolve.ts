/** Names → addresses: hosts file and localhost first, then the name servers, never the four-thread system resolver. */
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { ProbeFailure } from './failure.ts';

export interface Address {
  address: string;
  family: 4 | 6;
}

export type Family = 4 | 6 | 'auto';

/** After the first answer, the other family's may take this much longer (RFC 8305, section 3). */
const RESOLUTION_DELAY_MS = 50;
const HOSTS_FILE = process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';

let hosts: ReadonlyMap<string, readonly string[]> | undefined;

/** At least one address, in the order to try. Throws the name server's error. */
export async function resolve(host: string, family: Family, signal: AbortSignal): Promise<Address[]> {
  const literal = toAddress(host.replace(/^\[|\]$/g, ''));
  const found = literal ? [literal] : (localAddresses(host) ?? (await ask(host, family, signal)));
  const wanted = found.filter((address) => family === 'auto' || address.family === family);
  if (wanted.length === 0) {
    throw new ProbeFailure(
      'dns-no-address',
      family === 'auto' ? 'the name has no address' : `the name has no IPv${family} address`,
    );
  }
  return wanted;
}

async function ask(host: string, family: Family, signal: AbortSignal): Promise<Address[]> {
  signal.throwIfAborted();
  const resolver = new Resolver();
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
    throw answers.find((answer) => answer.status === 'rejected')?.reason;
  } finally {
    signal.removeEventListener('abort', cancel);
    resolver.cancel();
  }
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

function localAddresses(host: string): Address[] | undefined {
  const name = host.toLowerCase().replace(/\.$/, '');
  hosts ??= readHosts();
  const listed = hosts.get(name);
  if (listed) return listed.flatMap((address) => toAddress(address) ?? []);
  // RFC 6761: these never go to a name server.
  if (name !== 'localhost' && !name.endsWith('.localhost')) return undefined;
  return [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
}

function readHosts(): Map<string, string[]> {
  const result = new Map<string, string[]>();
  let text = '';
  try {
    text = readFileSync(HOSTS_FILE, 'utf8');
  } catch {
    return result;
  }
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!address || !isIP(address)) continue;
    for (const name of names) result.set(name.toLowerCase(), [...(result.get(name.toLowerCase()) ?? []), address]);
  }
  return result;
}

function toAddress(text: string): Address | undefined {
  const family = isIP(text);
  return family === 4 || family === 6 ? { address: text, family } : undefined;
}
