/** For each kind of channel a receiver, and how to read what it got. */
import { type Answer, receiveHttp, receiveMail } from './receivers.ts';

export interface Fixture {
  /** In services.yml; the address holds `SECRET`. */
  receive(answers?: readonly Answer[]): Promise<Receiving>;
}

export interface Receiving extends AsyncDisposable {
  settings: unknown;
  /** What was accepted, as people would read it. */
  messages(): string[];
  /** As it came. */
  raw(): string[];
  tries(): number;
}

/** Must never be said to anybody. */
export const SECRET = 'hunter2-in-the-address';

type Settings = (url: string) => unknown;

function overHttp(settings: Settings): Fixture {
  return {
    async receive(answers) {
      const receiver = await receiveHttp(answers);
      return {
        settings: settings(receiver.url),
        messages: () => receiver.accepted.map(({ body }) => strings(JSON.parse(body)).join('\n')),
        raw: () => receiver.accepted.map(({ body }) => body),
        tries: () => receiver.requests.length,
        [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
      };
    },
  };
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

export const FIXTURES: Readonly<Record<string, Fixture>> = {
  discord: overHttp((url) => `${url}/api/webhooks/1/${SECRET}`),
  ntfy: overHttp((url) => ({ url: `${url}/status`, token: SECRET })),
  pagerduty: overHttp((url) => ({ routingKey: SECRET, url: `${url}/v2/enqueue` })),
  slack: overHttp((url) => `${url}/services/T0/B0/${SECRET}`),
  teams: overHttp((url) => `${url}/workflows/${SECRET}`),
  webhook: overHttp((url) => ({ url: `${url}/${SECRET}`, secret: SECRET })),
  email: {
    async receive(answers) {
      const receiver = await receiveMail(
        answers?.map((answer) => (typeof answer === 'number' ? 451 : answer)),
        {
          // Signing in without TLS is for this test only.
          allowInsecureAuth: true,
          onAuth: ({ password }, _, done) => done(password === SECRET ? null : new Error('no'), { user: 'status' }),
        },
      );
      return {
        settings: {
          server: `smtp://127.0.0.1:${receiver.port}`,
          startTls: 'optional',
          user: 'status',
          password: SECRET,
          from: 'Status <status@example.org>',
          to: ['ops@example.org'],
        },
        messages: () => receiver.accepted.map(({ text }) => decoded(text)),
        raw: () => receiver.accepted.map(({ text }) => text),
        tries: () => receiver.tries,
        [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
      };
    },
  },
};

/** Quoted-printable and base64, as far as our own mails have them. */
export function decoded(mail: string): string {
  const parts = mail.split(/^--.*$/m);
  return parts
    .map((part) => {
      const [head = '', ...body] = part.split('\r\n\r\n');
      const text = body.join('\r\n\r\n');
      if (/transfer-encoding: base64/i.test(head)) return `${head}\n${Buffer.from(text, 'base64').toString()}`;
      if (!/transfer-encoding: quoted-printable/i.test(head)) return part;
      const bytes = text
        .replaceAll('=\r\n', '')
        .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return `${head}\n${Buffer.from(bytes, 'latin1').toString()}`;
    })
    .join('\n');
}
