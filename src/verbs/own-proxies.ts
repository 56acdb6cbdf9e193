/** Our own requests (channels, GitHub, the heartbeat) go through the proxy of the environment, as those of probes do. */
import * as http from 'node:http';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Undefined, or why they go without one. Only with HTTPS_PROXY: node would take HTTP_PROXY alone for both, curl and our
 * probes would not. Sockets that are opened otherwise, as for probes and mail, are left alone.
 */
export function useProxyOf(env: Env): string | undefined {
  // Whoever has said so has switched node's own way on or off.
  if (env.NODE_USE_ENV_PROXY !== undefined) return undefined;
  const named = (name: string): string => env[name.toLowerCase()] || env[name] || '';
  const [secure, plain] = [named('HTTPS_PROXY'), named('HTTP_PROXY')];
  if (secure === '') return undefined;
  const problem = 'HTTPS_PROXY or HTTP_PROXY is no address like http://proxy:3128';
  // An older Node 24 cannot, and has NODE_USE_ENV_PROXY.
  if (!('setGlobalProxyFromEnv' in http))
    return 'this Node needs NODE_USE_ENV_PROXY=1 for them, or to be 24.14 or newer';
  if (![secure, plain].every((address) => address === '' || isProxy(address))) return problem;
  http.setGlobalProxyFromEnv({
    HTTPS_PROXY: withScheme(secure),
    ...(plain !== '' && { HTTP_PROXY: withScheme(plain) }),
    NO_PROXY: named('NO_PROXY'),
  });
  return undefined;
}

/** The environment often has `proxy:3128`. */
function withScheme(address: string): string {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`;
}

function isProxy(address: string): boolean {
  const url = URL.canParse(withScheme(address)) ? new URL(withScheme(address)) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol);
}
