/** What a peer says, collected from the beginning so that nothing is missed between two questions, up to a bound. */
import type { Socket } from 'node:net';

export interface Hearing {
  /** Waits until `find` makes something of all that was heard; throws what `find` throws, and the end of the peer. */
  until<T>(find: (heard: Buffer) => T | undefined): Promise<T>;
  /** Leaves the socket to the next one who listens. */
  stop(): void;
}

export interface HearingOptions {
  signal: AbortSignal;
  maxBytes: number;
  /** What it means that the peer ended, or said more than `maxBytes`, before it came to the point. */
  onEnd(heard: Buffer): Error;
  onTooMuch(heard: Buffer): Error;
}

export function hear(socket: Socket, { signal, maxBytes, onEnd, onTooMuch }: HearingOptions): Hearing {
  let buffer = Buffer.alloc(Math.min(maxBytes, 4096));
  let length = 0;
  let end: Error | undefined = socket.errored ?? undefined;
  let wake: () => void = () => undefined;
  const heard = (): Buffer => buffer.subarray(0, length);
  const finish = (error: Error): void => {
    end ??= error;
    wake();
  };
  const onData = (chunk: Buffer): void => {
    const fitting = chunk.subarray(0, maxBytes - length);
    // Twice as large each time: byte by byte must not cost a copy of everything each.
    while (buffer.length < length + fitting.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    length += fitting.copy(buffer, length);
    if (fitting.length < chunk.length) {
      socket.pause();
      finish(onTooMuch(heard()));
    }
    wake();
  };
  const onClose = (): void => finish(onEnd(heard()));
  const onAbort = (): void => finish(signal.reason as Error);
  socket.on('data', onData);
  socket.on('end', onClose);
  socket.on('close', onClose);
  socket.on('error', finish);
  signal.addEventListener('abort', onAbort, { once: true });

  return {
    async until(find) {
      for (;;) {
        const found = find(heard());
        if (found !== undefined) return found;
        if (end) throw end;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    stop() {
      socket.pause();
      socket.off('data', onData);
      socket.off('end', onClose);
      socket.off('close', onClose);
      socket.off('error', finish);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** The beginning of what a peer said, in quotation marks. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
