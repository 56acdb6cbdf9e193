/** Real receivers on loopback, one for each kind of channel; what they got is told to whoever asks. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { serveHttp, serveTcp } from '../servers.ts';

/** How one request is answered. */
export type Answer = 'ok' | 'hang' | 'reset' | number | { status: number; headers: Record<string, string> };

export interface Arrival {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HttpReceiver extends AsyncDisposable {
  url: string;
  /** Requests, refused ones included. */
  requests: Arrival[];
  /** Those that were accepted. */
  accepted: Arrival[];
  connections: { open: number };
}

/** Answers in turn, the last for ever. */
export async function receiveHttp(answers: readonly Answer[] = ['ok']): Promise<HttpReceiver> {
  const requests: Arrival[] = [];
  const accepted: Arrival[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const arrival = { path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString() };
    const answer = answers[Math.min(requests.length, answers.length - 1)]!;
    requests.push(arrival);
    if (answer === 'hang') return;
    if (answer === 'reset') {
      request.socket.destroy();
      return;
    }
    const status = answer === 'ok' ? 202 : typeof answer === 'number' ? answer : answer.status;
    if (status < 300) accepted.push(arrival);
    response.writeHead(status, typeof answer === 'object' ? answer.headers : {}).end('thank you, top secret receiver');
  };
  const server = await serveHttp((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  return {
    url: server.url,
    requests,
    accepted,
    connections: server.connections,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

export interface MailReceiver extends AsyncDisposable {
  port: number;
  /** Whole messages as they came. */
  accepted: { from: string; to: string[]; user: string | undefined; isSecure: boolean; text: string }[];
  /** Times that DATA was said. */
  tries: number;
}

/** Answers DATA in turn, the last for ever. */
export async function receiveMail(
  answers: readonly Answer[] = ['ok'],
  options: SMTPServerOptions = {},
): Promise<MailReceiver> {
  const accepted: MailReceiver['accepted'] = [];
  const receiver = { port: 0, accepted, tries: 0 };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key ? [] : ['STARTTLS'],
    logger: false,
    closeTimeout: 100,
    ...options,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const answer = answers[Math.min(receiver.tries, answers.length - 1)]!;
        receiver.tries += 1;
        if (answer === 'hang') return;
        if (answer !== 'ok') {
          const code = typeof answer === 'number' ? answer : 451;
          done(Object.assign(new Error('top secret receiver'), { responseCode: code }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        accepted.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: session.user as string | undefined,
          isSecure: session.secure === true,
          text: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  // A client that goes away in the middle is what some tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.port = (server.server.address() as { port: number }).port;
  return Object.assign(receiver, {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

/** Accepts connections, and never says a word. */
export function receiveSilently() {
  return serveTcp(() => undefined);
}
