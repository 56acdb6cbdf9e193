/** What git has, read by one process for as long as it is asked: starting one for each question takes longer than to answer. */
import { firstWords, type GitPlace, startGit } from './git.ts';
import { PublishError } from './publish-error.ts';

export interface GitObject {
  id: string;
  type: string;
  content: Buffer;
}

export interface Objects {
  /** By id, or what git takes for one, as `<id>^{tree}`. Undefined when there is none. */
  read(name: string): Promise<GitObject | undefined>;
  /** Nothing is read afterwards. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(object: GitObject | undefined): void;
  reject(error: unknown): void;
}

export function openObjects(place: GitPlace): Objects {
  const running = startGit(place, ['cat-file', '--batch']);
  const waiting: Waiting[] = [];
  let end: { error: unknown } | undefined;
  const answers = splitAnswers((object) => waiting.shift()?.resolve(object));
  running.stdout.on('data', answers);
  running.stdout.on('error', () => undefined);
  const finish = (error: unknown): void => {
    end = { error };
    for (const one of waiting.splice(0)) one.reject(error);
  };
  const ended = running.ended.then(({ stderr }) => {
    finish(new PublishError('git-failed', `git cat-file failed in ${place.cwd}: ${firstWords(stderr)}`));
  }, finish);
  return {
    read: (name) =>
      new Promise((resolve, reject) => {
        if (end) return reject(end.error);
        waiting.push({ resolve, reject });
        running.stdin.write(`${name}\n`);
      }),
    async close() {
      running.stdin.end();
      await ended;
    },
  };
}

/** `<id> <type> <size>`, and after it the content, or `<name> missing`. */
function splitAnswers(answer: (object: GitObject | undefined) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let length = 0;
  /** Of what is there, so many bytes are too few. */
  let wanted = 1;
  return (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < wanted) return;
    let left = Buffer.concat(chunks);
    wanted = 1;
    for (let end = left.indexOf(10); end !== -1; end = left.indexOf(10)) {
      const [id = '', type = '', size] = left.toString('latin1', 0, end).split(' ');
      const after = size === undefined ? end + 1 : end + 1 + Number(size) + 1;
      wanted = after;
      if (left.length < after) break;
      answer(size === undefined ? undefined : { id, type, content: left.subarray(end + 1, after - 1) });
      left = left.subarray(after);
      wanted = 1;
    }
    chunks = left.length > 0 ? [left] : [];
    length = left.length;
  };
}
