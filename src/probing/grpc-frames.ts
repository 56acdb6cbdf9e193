/** The few bytes of gRPC and Protocol Buffers that a health check needs, by hand. */
import { ProbeFailure } from './failure.ts';

/** grpc.health.v1.HealthCheckResponse.ServingStatus, by number. */
export const SERVING_STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;

/** The names of the codes in `grpc-status`, by number. */
export const GRPC_STATUSES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

const VARINT = 0;
const SKIPPED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
const LENGTH_DELIMITED = 2;

/** A HealthCheckRequest in its frame: field 1 is the service, left out when empty. */
export function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The number of the ServingStatus in a framed HealthCheckResponse. Throws `protocol`, or `truncated` when bytes lack. */
export function decodeResponse(frame: Buffer): number {
  if (frame.length < 5) throw new ProbeFailure('truncated', 'the answer ends before its message');
  if (frame[0] !== 0) throw new ProbeFailure('protocol', 'the answer is compressed, though we did not offer it');
  const length = frame.readUInt32BE(1);
  if (frame.length < 5 + length) throw new ProbeFailure('truncated', 'the answer ends inside its message');
  if (frame.length > 5 + length) throw new ProbeFailure('protocol', 'the answer holds more than one message');
  return servingStatusIn(frame.subarray(5));
}

/** Field 1; unknown fields are passed over, a missing one is 0. */
function servingStatusIn(message: Buffer): number {
  let status = 0;
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = message[at];
      at += 1;
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed();
  };
  while (at < message.length) {
    const tag = next();
    const type = tag % 8;
    const field = Math.floor(tag / 8);
    if (type === VARINT) {
      const value = next();
      if (field === 1) status = value;
    } else if (type === LENGTH_DELIMITED) {
      const length = next();
      at += length;
    } else if (type in SKIPPED_BYTES) at += SKIPPED_BYTES[type]!;
    else throw malformed();
    if (field === 0 || at > message.length) throw malformed();
  }
  return status;
}

function malformed(): ProbeFailure {
  return new ProbeFailure('protocol', 'the answer is not a HealthCheckResponse');
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}
