/**
 * A TLS handshake with `host:port` works and the certificate is good.
 *
 * ```yaml
 * probes:
 *   - tls: ldap.example.org:636
 *   - tls:
 *       host: 10.0.0.7
 *       port: 8443
 *       serverName: internal.example.org
 *       ca: certificates/internal.pem
 *       minVersion: 1.3
 *       expiresWithin: { degraded: 21d, down: 2d }
 * ```
 *
 * Up when the certificate is trusted, in force and for the right name; all that is wrong with it is named. Degraded and
 * down also as it comes close to its end, or an intermediate one does, by `expiresWithin`. Nothing is said after the
 * handshake; for protocols that begin in plain text there is `tcp` with `starttls`.
 */
import { z } from 'zod';
import { defineProbe } from '../src/probing/define-probe.ts';
import {
  HOST_PORT_RULE,
  HOST_PORT_SHORTHAND,
  hostPortKeys,
  joinHostPort,
  splitHostPort,
} from '../src/probing/host-port.ts';
import { endWhenAccepted } from '../src/probing/tls-accepted.ts';
import { expiryOf, tlsFiles, tlsKeys, UNVERIFIED } from '../src/probing/tls-settings.ts';

const settings = z
  .preprocess(
    splitHostPort,
    z
      .strictObject({ ...hostPortKeys, ...tlsKeys }, HOST_PORT_RULE)
      .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'expected `cert` and `key` together'),
  )
  .meta(HOST_PORT_SHORTHAND);

export default defineProbe({
  settings,
  describe: joinHostPort,
  host: ({ host }) => host,
  files: tlsFiles,
  async run({ host, port, family, ...options }, { connect, signal, now }) {
    const { socket, address, family: used, tls } = await connect({ host, port, family, tls: options });
    await endWhenAccepted(socket, signal);
    const plain = `${tls!.version}, certificate until ${tls!.chainNotAfter.slice(0, 10)}`;
    return {
      ...(expiryOf(tls!, options, now(), tls!.version) ?? { outcome: 'up', message: plain }),
      facts: { address, family: used, tls },
      warnings: options.verify ? [] : [UNVERIFIED],
    };
  },
});
