/** Undoes the content coding of a body, as far as a cap. */
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { litter } from './memory.ts';

/** What we ask for. */
export const ACCEPT_ENCODING = 'zstd, br, gzip, deflate';

/** RFC 9659: no more than 8 MiB of window for `zstd` on the web; the format itself allows gigabytes. */
const ZSTD_PARAMS = { [zlib.constants.ZSTD_d_windowLogMax]: 23 };
const CHUNK = { chunkSize: 65_536 };

const DECODERS: Readonly<Record<string, (firstByte: number) => Transform>> = {
  gzip: () => zlib.createGunzip(CHUNK),
  'x-gzip': () => zlib.createGunzip(CHUNK),
  // `deflate` means zlib (RFC 9110), but servers send the bare stream too; the first byte tells which it is.
  deflate: (firstByte) => ((firstByte & 0x0f) === 8 ? zlib.createInflate(CHUNK) : zlib.createInflateRaw(CHUNK)),
  br: () => zlib.createBrotliDecompress(CHUNK),
  zstd: () => zlib.createZstdDecompress({ ...CHUNK, params: ZSTD_PARAMS }),
};

/** A decoder may need 16 MiB for its window; and the system has four threads for them anyway. */
const AT_ONCE = 4;
const waiting: (() => void)[] = [];
let busy = 0;

export interface Decoded {
  /** So many bytes as were asked for, at most. */
  body: Buffer;
  /** There was more to come. */
  isCut: boolean;
  /** The input is not in this coding, or ends early; `body` is what came before. */
  isBroken: boolean;
}

/** False for a coding that we do not know, or several on top of one another. */
export function isKnownEncoding(encoding: string): boolean {
  return Object.hasOwn(DECODERS, encoding);
}

export async function decode(input: Buffer, encoding: string, maxBytes: number): Promise<Decoded> {
  if (input.length === 0) return { body: input, isCut: false, isBroken: false };
  if (busy >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else busy += 1;
  try {
    return await pump(DECODERS[encoding]!(input[0]!), input, maxBytes);
  } finally {
    const next = waiting.shift();
    // Whoever is next takes over the place.
    if (next) next();
    else busy -= 1;
  }
}

function pump(decoder: Transform, input: Buffer, maxBytes: number): Promise<Decoded> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    const finish = (ending: Pick<Decoded, 'isCut' | 'isBroken'>): void => {
      decoder.destroy();
      const body = Buffer.concat(parts).subarray(0, maxBytes);
      // The parts, their copy, and soon that as a text.
      litter(3 * length);
      resolve({ body, ...ending });
    };
    decoder.on('data', (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length > maxBytes) finish({ isCut: true, isBroken: false });
    });
    decoder.on('end', () => finish({ isCut: false, isBroken: false }));
    decoder.on('error', () => finish({ isCut: false, isBroken: true }));
    decoder.end(input);
  });
}
