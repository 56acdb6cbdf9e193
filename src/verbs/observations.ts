/** Rounds from a file or standard input, one after the other, however many there are. */
import { createReadStream } from 'node:fs';
import { observedLine } from '../history/observed.ts';
import type { RecordedRound } from '../model.ts';
import { instantInWords } from '../units.ts';

/** A round of ten thousand services fits many times; a longer line is none. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** `-` is standard input. Ends with the first problem, which names its line. */
export async function* readObservations(file: string): AsyncGenerator<{ round: RecordedRound } | { problem: string }> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  let before = Number.NEGATIVE_INFINITY;
  try {
    for await (const line of linesOf(input)) {
      number += 1;
      const text = line?.trim();
      if (text === '') continue;
      const read = text === undefined ? { problem: 'is longer than 64 MiB' } : orderedLine(text, before);
      if ('problem' in read) {
        yield { problem: `${file}:${number}  ${read.problem}` };
        return;
      }
      before = read.round.at;
      yield read;
    }
  } catch (error) {
    // The file system's refusals are expected; anything else is a bug of ours, and loud.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    yield { problem: `vedette: ${file} cannot be read: ${error.message}` };
  }
}

function orderedLine(text: string, before: number): ReturnType<typeof observedLine> {
  const read = observedLine(text);
  if ('problem' in read || read.round.at >= before) return read;
  return {
    problem: `at: ${instantInWords(read.round.at, 'second')} is before the line above (${instantInWords(before, 'second')}); sort the file by time`,
  };
}

/** Without their ends; undefined, and no more, after a line that is too long to be one. */
async function* linesOf(input: AsyncIterable<Buffer>): AsyncGenerator<string | undefined> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString();
      parts = [];
      length = 0;
      start = end + 1;
    }
    length += chunk.length - start;
    if (start < chunk.length) parts.push(chunk.subarray(start));
    if (length > MAX_LINE_BYTES) {
      yield undefined;
      return;
    }
  }
  if (length > 0) yield Buffer.concat(parts).toString();
}
