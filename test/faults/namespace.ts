/**
 * A network of our own: an address that nobody answers behind, routes that lead nowhere, a name server that fails by
 * name, no IPv6. It needs Linux, and root or user namespaces.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Observation } from '../../src/model.ts';
import { spawned } from './spawned.ts';

export interface NamespaceTask {
  kind: string;
  settings: unknown;
  timeoutMs: number;
}

/** A cable whose far end nobody listens at: what is sent to 192.0.2.0/24 and beyond is lost without a word. */
const NETWORK = `
ip link set lo up
ip link add lost type veth peer name end
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=0 2>/dev/null || true
ip link set lost arp off up
ip link set end up
ip address add 192.0.2.1/24 dev lost
ip route add default dev lost
ip route add unreachable 198.51.100.1/32
ip route add blackhole 198.51.100.2/32
ip route add throw 198.51.100.3/32
ip route add prohibit 198.51.100.4/32
`;

const FLAGS = [...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--net', '--mount'];

export const hasNamespaces =
  process.platform === 'linux' &&
  spawnSync('unshare', [...FLAGS, 'ip', 'link', 'add', 'lost', 'type', 'veth', 'peer', 'name', 'end']).status === 0;

/** Observations in the order of the tasks. */
export async function probeInNamespace(tasks: readonly NamespaceTask[]): Promise<Observation[]> {
  const script = fileURLToPath(new URL('./in-namespace.ts', import.meta.url));
  const { code, stdout, stderr } = await inNamespace(NETWORK, [process.execPath, script, JSON.stringify(tasks)]);
  if (code !== 0) throw new Error(`the namespace ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Observation[];
}

/** Runs a command where there is nothing but what `network` sets up, and a name server on loopback at best. */
export async function inNamespace(network: string, command: readonly string[], cwd = process.cwd()) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'vedette-namespace-'));
  const resolvConf = join(folder.path, 'resolv.conf');
  await writeFile(resolvConf, 'nameserver 127.0.0.1\n');
  const script = `set -e\n${network}\nmount --bind "$0" /etc/resolv.conf\nexec "$@"`;
  return await spawned('unshare', [...FLAGS, 'bash', '-c', script, resolvConf, ...command], { cwd });
}
