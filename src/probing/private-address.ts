/** Addresses that a stranger's redirect must not lead us to. */
import { BlockList } from 'node:net';
import type { Address } from './resolve.ts';

const PRIVATE_NETWORKS = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

const list = new BlockList();
for (const [network, prefix] of PRIVATE_NETWORKS) {
  list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
}

/** IPv4 addresses written as IPv6 (`::ffff:10.0.0.1`) count as what they are. */
export function isPrivate({ address, family }: Address): boolean {
  return list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
