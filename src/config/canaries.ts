/** Addresses that tell whether the prober itself has a network, as probes that take any answer. */

/** A kind of probe, and what it is told. */
type Canary =
  | { kind: 'http'; settings: { url: string; redirects: 0; expect: { status: string } } }
  | { kind: 'tcp'; settings: string };

const CANARY_RULE = 'expected an address like https://example.com or tcp://192.0.2.1:443';

/** Or the rule that it breaks, which does not repeat the address: there may be a secret in it. */
export function parseCanary(address: string): Canary | { problem: string } {
  if (!/^[a-z]+:\/\//i.test(address)) return { problem: `${CANARY_RULE}${hintFor(address)}` };
  if (!URL.canParse(address)) return { problem: CANARY_RULE };
  const { protocol, hostname, port, pathname, search, hash, username } = new URL(address);
  if (protocol === 'http:' || protocol === 'https:') {
    // Whoever says 500 is there, and so is the network between.
    return { kind: 'http', settings: { url: address, redirects: 0, expect: { status: '100-999' } } };
  }
  if (protocol !== 'tcp:' || hostname === '') return { problem: CANARY_RULE };
  if (port === '' || port === '0') return { problem: `${CANARY_RULE}: tcp:// needs a port` };
  const hasMore = !['', '/'].includes(pathname) || search !== '' || hash !== '' || username !== '';
  if (hasMore) return { problem: `${CANARY_RULE}: tcp:// takes a host and a port, nothing else` };
  return { kind: 'tcp', settings: `${hostname}:${port}` };
}

function hintFor(address: string): string {
  if (/^(\[.+\]|[\w.-]+):\d+$/.test(address)) return ': write tcp:// before it';
  return /^[\w.-]+\.\w+([/:]|$)/.test(address) ? ': write https:// before it' : '';
}
