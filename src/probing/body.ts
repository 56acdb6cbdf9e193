/** Reads the body of an answer to its end or to a cap, on the wire and decoded alike. */
import type { Readable } from 'node:stream';
import { decode, isKnownEncoding } from './decode.ts';

export interface Body {
  /** On the wire, the cap at most. */
  bytes: number;
  /** Of an encoded body that was decoded. */
  decodedBytes?: number;
  /** Decoded; empty when nobody asked to keep it. */
  body: Buffer;
  /** The body, encoded or decoded, is longer than the cap; `body` holds its beginning. */
  bodyTruncated: boolean;
  /** Why the body could not be decoded, in words. */
  undecodable?: string;
}

export interface BodyOptions {
  maxBodyBytes: number;
  /** Count what comes, keep and decode nothing: two hundred bodies at once would be much memory for nothing. */
  countOnly?: boolean;
}

/** `done` hears of a whole body or one at the cap; errors of the stream are the caller's. */
export function collectBody(
  stream: Readable,
  encoding: string | undefined,
  options: BodyOptions,
  done: (body: Body) => void,
): void {
  const name = encoding?.trim().toLowerCase() ?? '';
  const isPlain = name === '' || name === 'identity' || options.countOnly;
  collect(stream, options, isPlain ? done : (body) => void decoded(body, name, options.maxBodyBytes).then(done));
}

function collect(stream: Readable, { maxBodyBytes, countOnly }: BodyOptions, done: (body: Body) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let isOver = false;
  const finish = (bodyTruncated: boolean): void => {
    if (isOver) return;
    isOver = true;
    // No more is wanted while what there is gets decoded.
    if (bodyTruncated) stream.pause();
    const body = Buffer.concat(chunks).subarray(0, maxBodyBytes);
    done({ bytes: Math.min(length, maxBodyBytes), body, bodyTruncated });
  };
  stream.on('data', (chunk: Buffer) => {
    if (isOver) return;
    length += chunk.length;
    if (!countOnly) chunks.push(chunk);
    if (length > maxBodyBytes) finish(true);
  });
  stream.on('end', () => finish(false));
}

async function decoded(wire: Body, encoding: string, maxBodyBytes: number): Promise<Body> {
  const undecodable = (why: string): Body => ({ ...wire, body: Buffer.alloc(0), undecodable: why });
  if (!isKnownEncoding(encoding)) {
    return undecodable(`the body has an encoding that Vedette does not know (${encoding.slice(0, 40)})`);
  }
  const { body, isCut, isBroken } = await decode(wire.body, encoding, maxBodyBytes);
  // Of a body that we cut ourselves the end is missing.
  if (isBroken && !(wire.bodyTruncated && body.length > 0)) {
    return undecodable(`the body says it is ${encoding}, but cannot be decoded`);
  }
  return { ...wire, body, decodedBytes: body.length, bodyTruncated: wire.bodyTruncated || isCut };
}
