/** One GET with an end: to time, to bytes, to what an error may look like. */

export interface Clock {
  theirs: number;
  ours: number;
}

export type Answer =
  | {
      kind: 'answer';
      status: number;
      body: string;
      /** The server's clock, and ours at that moment, when it says what time it is. */
      clock?: Clock;
    }
  /** Nothing that could be read came back; `why` goes behind "it …". */
  | { kind: 'silence'; why: string };

export type Ask = (url: string, options?: AskOptions) => Promise<Answer>;

export interface AskOptions {
  headers?: Readonly<Record<string, string>>;
  redirect?: 'follow' | 'manual';
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;

export async function ask(
  url: string,
  { headers = {}, redirect = 'follow' }: AskOptions = {},
  timeoutMs = TIMEOUT_MS,
): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { headers: { 'user-agent': 'vedette-doctor', ...headers }, redirect, signal });
    const clock = clockOf(response.headers, Date.now());
    const body = await readBounded(response);
    if (body === undefined) return { kind: 'silence', why: `answered with more than ${MAX_BYTES / 1024 / 1024} MiB` };
    return { kind: 'answer', status: response.status, body, ...(clock && { clock }) };
  } catch (error) {
    if (signal.aborted) return { kind: 'silence', why: `did not answer within ${timeoutMs / 1000} s` };
    // `fetch` says everything about the network by a TypeError; anything else is a bug of ours.
    if (!(error instanceof TypeError)) throw error;
    return { kind: 'silence', why: `could not be asked: ${reasonOf(error)}` };
  }
}

async function readBounded({ body }: Response): Promise<string | undefined> {
  if (!body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as ReadableStream<Uint8Array>) {
    bytes += chunk.length;
    // Leaving the loop cancels the rest.
    if (bytes > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A cache says how long it has kept what it gives. */
function clockOf(headers: Headers, ours: number): Clock | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  const ageMs = Number(headers.get('age') ?? 0) * 1000;
  return Number.isNaN(date + ageMs) ? undefined : { theirs: date + ageMs, ours };
}

function reasonOf(error: TypeError): string {
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as NodeJS.ErrnoException;
  return code ?? cause.message;
}
