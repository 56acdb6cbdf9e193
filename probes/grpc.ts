/**
 * A gRPC server says through the standard health protocol (`grpc.health.v1.Health`) that it serves.
 *
 * ```yaml
 * probes:
 *   - grpc: api.example.org:50051
 *   - grpc:
 *       host: api.example.org
 *       port: 443
 *       tls: true
 *       service: shop.v1.Orders
 *       metadata: { authorization: "Bearer 1234" }
 * ```
 *
 * Up for SERVING; down with `content` for any other answer and for a service that the server does not know, with
 * `status` when it refuses the call, with `protocol` when it does not offer the health protocol. Without `service` the
 * server is asked about itself as a whole. Plain HTTP/2 unless `tls` says otherwise.
 */
import { TLSSocket } from 'node:tls';
import { z } from 'zod';
import type { Connection } from '../src/probing/connection.ts';
import { defineProbe, type ProbeResult } from '../src/probing/define-probe.ts';
import { ProbeFailure } from '../src/probing/failure.ts';
import { call, type GrpcAnswer } from '../src/probing/grpc-call.ts';
import { decodeResponse, encodeRequest, GRPC_STATUSES, SERVING_STATUSES } from '../src/probing/grpc-frames.ts';
import { headers } from '../src/probing/header-settings.ts';
import {
  HOST_PORT_RULE,
  HOST_PORT_SHORTHAND,
  hostPortKeys,
  joinHostPort,
  splitHostPort,
} from '../src/probing/host-port.ts';
import { tlsChoice } from '../src/probing/tls-choice.ts';
import { expiryOf, tlsFiles, UNVERIFIED } from '../src/probing/tls-settings.ts';

const PATH = '/grpc.health.v1.Health/Check';
/** Ours, or forbidden in HTTP/2. */
const NOT_METADATA = [
  'host',
  'te',
  'content-type',
  'content-length',
  'user-agent',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'grpc-encoding',
  'grpc-accept-encoding',
  'grpc-timeout',
];
const { NOT_FOUND, UNIMPLEMENTED, SERVING } = {
  NOT_FOUND: GRPC_STATUSES.indexOf('NOT_FOUND'),
  UNIMPLEMENTED: GRPC_STATUSES.indexOf('UNIMPLEMENTED'),
  SERVING: SERVING_STATUSES.indexOf('SERVING'),
};

const settings = z
  .preprocess(
    splitHostPort,
    z.strictObject(
      {
        ...hostPortKeys,
        service: z
          .string()
          .describe('Name of the service to ask about; that of the whole server when empty.')
          .default(''),
        tls: tlsChoice().describe('Speak TLS: `true`, or how.'),
        metadata: headers(NOT_METADATA).describe('Metadata to send, by name.').default({}),
      },
      HOST_PORT_RULE,
    ),
  )
  .meta(HOST_PORT_SHORTHAND);
type Settings = z.output<typeof settings>;

export default defineProbe({
  settings,
  describe: joinHostPort,
  host: ({ host }) => host,
  files: ({ tls }) => (tls ? tlsFiles(tls) : []),
  async run(settings, context) {
    const { host, port, family, service, metadata, tls } = settings;
    const connection = await context.connect({ host, port, family, ...(tls && { tls: { ...tls, alpn: ['h2'] } }) });
    const { socket } = connection;
    if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2')
      throw new ProbeFailure('protocol', 'the server does not offer HTTP/2 (h2 by ALPN)');
    const authority = `${tls ? 'https' : 'http'}://${joinHostPort(settings)}`;
    const answer = await call(socket, { authority, path: PATH, metadata, request: encodeRequest(service) }, context);
    const { status, grpcStatus } = answer;
    const facts = {
      status,
      httpVersion: '2',
      ...(grpcStatus !== undefined && { grpcStatus }),
      address: connection.address,
      family: connection.family,
      ...(connection.tls && { tls: connection.tls }),
    };
    return {
      ...judge(settings, answer, connection, context.now()),
      facts,
      warnings: tls && !tls.verify ? [UNVERIFIED] : [],
    };
  },
});

function judge({ service, tls: options }: Settings, answer: GrpcAnswer, { tls }: Connection, now: number): ProbeResult {
  const refusal = refusalIn(answer, service);
  if (refusal) return refusal;
  const number = decodeResponse(answer.response);
  const serving = SERVING_STATUSES[number] ?? `status ${number}`;
  if (number !== SERVING)
    return { outcome: 'down', reason: 'content', message: `the server answers ${serving}, expected SERVING` };
  return (tls && options && expiryOf(tls, options, now, serving)) || { outcome: 'up', message: serving };
}

/** Why there is no message, or one that does not count. */
function refusalIn({ status, grpcStatus, grpcMessage }: GrpcAnswer, service: string): ProbeResult | undefined {
  if (grpcStatus === 0) return undefined;
  const said = grpcMessage === '' ? '' : `: ${grpcMessage.slice(0, 200)}`;
  if (grpcStatus === NOT_FOUND) {
    return {
      outcome: 'down',
      reason: 'content',
      message: `the server does not know the service ${JSON.stringify(service)}${said}`,
    };
  }
  if (grpcStatus === UNIMPLEMENTED) {
    return { outcome: 'down', reason: 'protocol', message: `the server does not offer the health protocol${said}` };
  }
  if (grpcStatus !== undefined) {
    const name = GRPC_STATUSES[grpcStatus] ?? 'a code that gRPC does not know';
    return { outcome: 'down', reason: 'status', message: `gRPC status ${grpcStatus}, ${name}${said}` };
  }
  if (status === 429) {
    return { outcome: 'degraded', reason: 'blocked', message: '429: the prober was turned away, others may not be' };
  }
  if (status !== 200) return { outcome: 'down', reason: 'status', message: `status ${status}, expected 200` };
  return { outcome: 'down', reason: 'protocol', message: 'the answer is not gRPC' };
}
