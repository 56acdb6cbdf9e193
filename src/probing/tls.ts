/** The TLS handshake on an open socket, and what the certificate is worth. */
import { isIP, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  type DetailedPeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { isShortage, ProbeFailure } from './failure.ts';
import { litter } from './memory.ts';

export interface TlsOptions {
  /** Protocols for ALPN. */
  alpn?: readonly string[];
  /** Files in PEM; see tls-settings.ts. */
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
  serverName?: string | undefined;
  verify?: boolean;
  minVersion?: 1.2 | 1.3;
}

/** Contexts by what they are made from: building one parses the whole bundle of roots, 20 to 60 ms. */
export interface TlsContexts {
  of(options: TlsOptions): Promise<SecureContext>;
}

export function createTlsContexts(readFile: (path: string) => Promise<Buffer>): TlsContexts {
  const contexts = new Map<string, Promise<SecureContext>>();
  const build = async ({ ca, cert, key, minVersion }: TlsOptions): Promise<SecureContext> =>
    createSecureContext({
      ...(ca !== undefined && { ca: await readFile(ca) }),
      ...(cert !== undefined && { cert: await readFile(cert) }),
      ...(key !== undefined && { key: await readFile(key) }),
      ...(minVersion === 1.3 && { minVersion: 'TLSv1.3' }),
    });
  return {
    of(options) {
      const { ca, cert, key, minVersion } = options;
      const name = JSON.stringify([ca, cert, key, minVersion === 1.3]);
      const known = contexts.get(name);
      if (known) return known;
      const building = build(options);
      contexts.set(name, building);
      building.catch((error: unknown) => isShortage(error) && contexts.delete(name));
      return building;
    },
  };
}

/** As `facts.tls` of an observation shows it; instants in ISO 8601. */
export interface TlsFacts {
  version: string;
  cipher: string;
  subject: string;
  issuer: string;
  names: readonly string[];
  notAfter: string;
  /** The earliest end in the chain that the server sent. */
  chainNotAfter: string;
  fingerprint256: string;
  authorized: boolean;
}

export interface SecureOptions extends TlsOptions {
  context: SecureContext;
  signal: AbortSignal;
}

/** Of OpenSSL's, on each connection until ours is collected; with this 1000 probes peak at 150 MiB instead of 163. */
const SESSION_BYTES = 24 * 1024;

/** `host` is the target's name or address. Throws when the certificate is not worth trusting, unless told not to. */
export async function secure(
  raw: Socket,
  host: string,
  options: SecureOptions,
): Promise<{ socket: TLSSocket; facts: TlsFacts }> {
  const name = options.serverName ?? host.replace(/^\[|\]$/g, '');
  const socket = connect({
    socket: raw,
    secureContext: options.context,
    rejectUnauthorized: false,
    ...(isIP(name) ? {} : { servername: name }),
    ...(options.alpn && { ALPNProtocols: [...options.alpn] }),
  });
  await handshake(socket, raw, options.signal);
  // Once: each call parses the whole chain anew.
  const certificate = socket.getPeerCertificate(true);
  const facts = factsOf(socket, certificate);
  litter(SESSION_BYTES);
  if (options.verify !== false) verify(socket, certificate, name, facts);
  return { socket, facts };
}

async function handshake(socket: TLSSocket, raw: Socket, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  socket.once('secureConnect', resolve);
  // Stays for the life of the socket: an error after the handshake must not be an uncaught one.
  socket.on('error', (error) => reject(explain(error, socket)));
  raw.once('error', reject);
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Whether the server asked for a client certificate: only then has it said which signatures it would take. */
export function asksForCertificate(socket: TLSSocket): boolean {
  return socket.getSharedSigalgs().length > 0;
}

function explain(error: Error, socket: TLSSocket): Error {
  if (isEarlyEnd(error)) return closed(error);
  // TLS 1.2 has no alert of its own for it.
  const isRefused = 'code' in error && /ALERT_HANDSHAKE_FAILURE$/.test(String(error.code));
  if (!isRefused || !asksForCertificate(socket)) return error;
  return new ProbeFailure('tls-client-cert', 'the server wants a client certificate', { cause: error });
}

/** Node calls an early end ECONNRESET too; a true reset names the system call that met it. */
function isEarlyEnd(error: Error): boolean {
  return 'code' in error && error.code === 'ECONNRESET' && !('syscall' in error);
}

function closed(cause: Error): ProbeFailure {
  return new ProbeFailure('closed', 'the connection was closed during the TLS handshake', { cause });
}

/** By hand, so that a certificate which is both expired and for another name is called both. */
function verify(socket: TLSSocket, certificate: DetailedPeerCertificate, name: string, facts: TlsFacts): void {
  const problems: ProbeFailure[] = [];
  const code = String(socket.authorizationError ?? '');
  if (code === 'CERT_HAS_EXPIRED') {
    problems.push(new ProbeFailure('tls-expired', `the certificate expired on ${facts.chainNotAfter.slice(0, 10)}`));
  } else if (code === 'CERT_NOT_YET_VALID') {
    problems.push(new ProbeFailure('tls-not-yet-valid', 'the certificate is not valid yet'));
  } else if (code === 'UNSPECIFIED' && hasWeakKey(certificate)) {
    problems.push(new ProbeFailure('tls-weak', `the key of the certificate has only ${certificate.bits} bits`));
  } else if (code === 'UNSPECIFIED' && chainOf(certificate).some(isSignedWithSha1)) {
    problems.push(new ProbeFailure('tls-weak', 'the certificate is signed with SHA-1'));
  } else if (code !== '' && code !== 'ERR_TLS_CERT_ALTNAME_INVALID') {
    problems.push(new ProbeFailure('tls-untrusted', `the certificate is not trusted (${untrusted(code)})`));
  }
  if (checkServerIdentity(name, certificate)) {
    const names = facts.names.slice(0, 3).join(', ') || facts.subject || 'nobody';
    problems.push(new ProbeFailure('tls-name', `the certificate is for ${names}, not for ${name}`));
  }
  const [first] = problems;
  if (!first) return;
  throw new ProbeFailure(first.reason, problems.map(({ message }) => message).join('; '), { facts: { tls: facts } });
}

/** OpenSSL refuses such keys and signatures, but Node has no word for why. */
function hasWeakKey({ modulus, bits }: DetailedPeerCertificate): boolean {
  return modulus !== undefined && bits !== undefined && bits < 2048;
}

/** The object identifiers of SHA-1 with RSA and with ECDSA, as they stand in a certificate. */
const SHA1 = ['2a864886f70d010105', '2a8648ce3d0401'].map((hex) => Buffer.from(hex, 'hex'));

function isSignedWithSha1({ raw }: DetailedPeerCertificate): boolean {
  return SHA1.some((identifier) => raw.includes(identifier));
}

function untrusted(code: string): string {
  const words: Record<string, string> = {
    DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
    SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in the chain',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown issuer',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown issuer, or an intermediate is missing',
  };
  return words[code] ?? code.toLowerCase().replaceAll('_', ' ');
}

function factsOf(socket: TLSSocket, certificate: DetailedPeerCertificate): TlsFacts {
  const ends = chainOf(certificate).map(({ valid_to }) => Date.parse(valid_to));
  const iso = (at: number): string => (Number.isFinite(at) ? new Date(at).toISOString() : '');
  return {
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    subject: first(certificate.subject?.CN),
    issuer: first(certificate.issuer?.O ?? certificate.issuer?.CN),
    names: (certificate.subjectaltname ?? '')
      .split(', ')
      .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? []),
    notAfter: iso(Date.parse(certificate.valid_to)),
    chainNotAfter: iso(Math.min(...ends)),
    fingerprint256: certificate.fingerprint256 ?? '',
    authorized: socket.authorized,
  };
}

/** The leaf and what signed it, as far as the server sent it; a root that signed itself ends the chain. */
function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  for (
    let next: DetailedPeerCertificate | undefined = leaf;
    next && !chain.includes(next) && chain.length < 10;
    next = next.issuerCertificate
  ) {
    chain.push(next);
  }
  return chain;
}

function first(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
