/** Reads the body of an answer to its end or to a cap, on the wire and decoded alike. */
import type { Readable } from 'node:stream';
import { holdBody } from './body-budget.ts';
import { decode, isKnownEncoding } from './decode.ts';
import { litter } from './memory.ts';

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

/** A body on its way. */
export interface Collecting {
  /** It waits for room that other bodies take: its lateness is ours. */
  isPaused(): boolean;
}

/** `done` hears of a whole body or one at the cap; errors of the stream are the caller's. */
export function collectBody(
  stream: Readable,
  encoding: string | undefined,
  options: BodyOptions,
  done: (body: Body) => void,
): Collecting {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (options.countOnly) return count(stream, options, done);
  const isPlain = name === '' || name === 'identity';
  return keep(stream, options, isPlain ? done : (body) => void decoded(body, name, options.maxBodyBytes).then(done));
}

function count(stream: Readable, { maxBodyBytes }: BodyOptions, done: (body: Body) => void): Collecting {
  let length = 0;
  read(stream, {
    take: (chunk) => {
      length += chunk.length;
      litter(chunk.length);
      return length <= maxBodyBytes;
    },
    end: (bodyTruncated) => done({ bytes: Math.min(length, maxBodyBytes), body: Buffer.alloc(0), bodyTruncated }),
  });
  return { isPaused: () => false };
}

function keep(stream: Readable, { maxBodyBytes }: BodyOptions, done: (body: Body) => void): Collecting {
  const chunks: Buffer[] = [];
  let length = 0;
  const holding = holdBody(stream);
  // Whoever ends this early destroys the stream.
  stream.once('close', holding.release);
  read(stream, {
    take: (chunk) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBodyBytes) return false;
      holding.grow(length);
      return true;
    },
    end: (bodyTruncated) => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      // Decoding may have to wait, and the stream remembers us until then.
      chunks.length = 0;
      // The chunks, their copy, and soon that as a text.
      litter(3 * length);
      done({ bytes: Math.min(length, maxBodyBytes), body: body.subarray(0, maxBodyBytes), bodyTruncated });
      holding.release();
    },
  });
  return { isPaused: () => holding.isPaused };
}

interface Reader {
  /** Whether more is wanted. */
  take(chunk: Buffer): boolean;
  end(isCut: boolean): void;
}

function read(stream: Readable, { take, end }: Reader): void {
  let isOver = false;
  stream.on('data', (chunk: Buffer) => {
    if (isOver || take(chunk)) return;
    isOver = true;
    // No more is wanted while what there is gets decoded.
    stream.pause();
    end(true);
  });
  stream.on('end', () => {
    if (!isOver) end(false);
  });
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
