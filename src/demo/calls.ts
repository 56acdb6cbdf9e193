/** How one demo server asks another whether it works. Every call has a deadline; a failure is an answer, not an error. */
import { get } from 'node:http';
import { connect } from 'node:net';

/** What a peer that is not HTTP says, and is asked; the prober's `talk` is made from the same words. */
export interface Talk {
  /** Said by the server as soon as somebody connects. */
  greeting?: string;
  question: string;
  answer: string;
}

export const TALKS = {
  line: { question: 'PING\n', answer: '+PONG\n' },
  mail: { greeting: '220 mail.demo ready\r\n', question: 'QUIT\r\n', answer: '221 mail.demo bye\r\n' },
} as const satisfies Record<string, Talk>;

export type Protocol = 'http' | keyof typeof TALKS;

export const HOST = '127.0.0.1';

/** Whether the server on that port works, by its own account. */
export function answersWell(protocol: Protocol, port: number, timeoutMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMs);
  return protocol === 'http' ? answersHttp(port, signal) : answersTalk(TALKS[protocol], port, signal);
}

function answersHttp(port: number, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  // A connection of its own each time: a kept one would not notice that the server stopped listening.
  const request = get({ host: HOST, port, path: '/health', agent: false, signal }, (response) => {
    response.on('error', () => resolve(false));
    response.on('end', () => resolve(response.statusCode === 200));
    response.resume();
  });
  request.on('error', () => resolve(false));
  return promise;
}

function answersTalk({ greeting = '', question, answer }: Talk, port: number, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const expected = greeting + answer;
  let heard = '';
  const socket = connect({ host: HOST, port, signal });
  socket.setEncoding('latin1');
  socket.on('connect', () => socket.write(question));
  socket.on('data', (chunk: string) => {
    heard += chunk;
    if (heard.length >= expected.length) socket.destroy();
  });
  socket.on('error', () => undefined); // The close that follows settles it.
  socket.on('close', () => resolve(heard === expected));
  return promise;
}
