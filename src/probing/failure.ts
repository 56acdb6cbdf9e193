/** What went wrong, in the closed list of reasons. The only place that knows error codes. */
import { type Phase, PROBER_REASONS, type Reading, type Reason } from '../model.ts';

/** A failure whose reason is known where it happens. */
export class ProbeFailure extends Error {
  readonly reason: Reason;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(reason: Reason, message: string, options: { cause?: unknown; facts?: Record<string, unknown> } = {}) {
    super(message, { cause: options.cause });
    this.name = 'ProbeFailure';
    this.reason = reason;
    this.facts = options.facts ?? {};
  }
}

const BY_CODE: Readonly<Record<string, readonly [Reason, string]>> = {
  ECONNREFUSED: ['refused', 'connection refused'],
  EHOSTUNREACH: ['unreachable', 'no route to the host'],
  EHOSTDOWN: ['unreachable', 'the host is down'],
  ENETUNREACH: ['unreachable', 'no route to its network'],
  ENETDOWN: ['unreachable', 'the network is down'],
  ECONNRESET: ['reset', 'the connection was reset'],
  EPIPE: ['reset', 'the connection was reset'],
  ECONNABORTED: ['reset', 'the connection was aborted'],
  ETIMEDOUT: ['timeout', 'the connection timed out'],
  ENOTFOUND: ['dns-not-found', 'the name does not exist'],
  ENODATA: ['dns-no-address', 'the name has no address'],
  ESERVFAIL: ['dns-server', 'the name server failed'],
  EREFUSED: ['dns-server', 'the name server refused to answer'],
  ENOTIMP: ['dns-server', 'the name server does not support the question'],
  EFORMERR: ['dns-server', 'the name server called the question malformed'],
  EBADRESP: ['dns-server', 'the name server answered nonsense'],
  EBADNAME: ['dns-not-found', 'the name is malformed'],
  ETIMEOUT: ['timeout', 'the name server did not answer'],
  EMFILE: ['prober-fault', 'this machine has no file handles left'],
  ENFILE: ['prober-fault', 'this machine has no file handles left'],
  ENOMEM: ['prober-fault', 'this machine has no memory left'],
  ENOBUFS: ['prober-fault', 'this machine has no buffers left'],
  EADDRNOTAVAIL: ['prober-fault', 'this machine has no ports left'],
  EACCES: ['prober-fault', 'this machine does not permit it'],
  EPERM: ['prober-fault', 'this machine does not permit it'],
  EAFNOSUPPORT: ['unsupported-here', 'this machine does not know the address family'],
  CERT_HAS_EXPIRED: ['tls-expired', 'the certificate has expired'],
  CERT_NOT_YET_VALID: ['tls-not-yet-valid', 'the certificate is not valid yet'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['tls-name', 'the certificate is for another name'],
  HPE_CR_EXPECTED: ['protocol', 'the answer is not valid HTTP: a line ends without CR LF'],
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'the headers are longer than 16 KiB'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['tls-not-tls', 'the port does not speak TLS'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['tls-not-tls', 'the port does not speak TLS'],
  ERR_SSL_HTTP_REQUEST: ['tls-not-tls', 'the port does not speak TLS'],
  ERR_SSL_UNSUPPORTED_PROTOCOL: ['tls-version', 'the server offers only old TLS versions'],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ['tls-version', 'the server accepts no TLS version of ours'],
  ERR_SSL_EE_KEY_TOO_SMALL: ['tls-weak', 'the key of the certificate is too small'],
  ERR_SSL_CA_MD_TOO_WEAK: ['tls-weak', 'the signature of the certificate is too weak'],
  ERR_SSL_DH_KEY_TOO_SMALL: ['tls-weak', 'the key exchange is too weak'],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: ['tls-client-cert', 'the server wants a client certificate'],
};

/** Alerts that a server sends about nothing else; OpenSSL's names for them begin differently from version to version. */
const ABOUT_OUR_CERTIFICATE =
  /^ERR_SSL_.*ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED)$/;

const SHORTAGES = ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS'];

/** Whether this machine had too little of something, which may be over a moment later. */
export function isShortage(error: unknown): boolean {
  return SHORTAGES.includes(codeOf(error));
}

/** What means something else in one phase. While a name is looked up, the peer is the name server. */
const BY_CODE_IN: Readonly<Partial<Record<Phase, typeof BY_CODE>>> = {
  dns: { ECONNREFUSED: ['dns-server', 'the name server cannot be reached'] },
  // What Linux says of a blackhole route.
  connect: { EINVAL: ['unreachable', 'the route to the host leads nowhere'] },
};

/** Anything thrown during an attempt → what it means for the target. */
export function classify(error: unknown, phase: Phase | undefined): Reading {
  const at = phase === undefined ? {} : { phase };
  if (error instanceof ProbeFailure) {
    const { reason, message, facts } = error;
    return { outcome: outcomeOf(reason), reason, ...at, message, facts, warnings: [] };
  }
  const code = codeOf(error);
  const known = (phase && BY_CODE_IN[phase]?.[code]) || BY_CODE[code] || byPrefix(code);
  if (known) {
    const [reason, message] = known;
    return { outcome: outcomeOf(reason), reason, ...at, message, facts: {}, warnings: [] };
  }
  return {
    outcome: 'unknown',
    reason: 'bug',
    ...at,
    message: `Vedette failed: ${asMessage(error)}`,
    facts: {},
    warnings: [],
  };
}

function outcomeOf(reason: Reason): Reading['outcome'] {
  return (PROBER_REASONS as readonly Reason[]).includes(reason) ? 'unknown' : 'down';
}

function byPrefix(code: string): readonly [Reason, string] | undefined {
  if (ABOUT_OUR_CERTIFICATE.test(code))
    return ['tls-client-cert', 'the server did not get the client certificate that it wants'];
  if (code.startsWith('HPE_')) return ['protocol', 'the answer is not valid HTTP'];
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return ['protocol', 'the TLS handshake failed'];
  return undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function asMessage(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
