/** Objects on their way to git, as they come with a fetch: one process stores them all, however many there are. */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { gitBytes } from './git.ts';
import type { Repository } from './repository.ts';
import type { NewObject } from './tree-object.ts';

const TYPES = { tree: 2, blob: 3 } as const;

export async function storeObjects({ place, hash }: Repository, objects: readonly NewObject[]): Promise<void> {
  if (objects.length === 0) return;
  await gitBytes(place, ['unpack-objects', '-q'], { input: encodePack(objects, hash) });
}

function encodePack(objects: readonly NewObject[], hash: Repository['hash']): Buffer {
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  // It only goes through a pipe: making it small would take longer than to send it.
  const parts = objects.flatMap(({ type, content }) => [
    sizeOf(TYPES[type], content.length),
    deflateSync(content, { level: 0 }),
  ]);
  const pack = Buffer.concat([head, ...parts]);
  return Buffer.concat([pack, createHash(hash).update(pack).digest()]);
}

/** Type and size in front of an object: four bits of the size beside the type, then seven a byte, the lowest first. */
function sizeOf(type: number, length: number): Buffer {
  const bytes = [(type << 4) | (length % 16)];
  for (let rest = Math.floor(length / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest % 128);
  }
  return Buffer.from(bytes);
}
