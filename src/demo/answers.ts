/** What a demo server says when it is asked how it is: it asks those that it needs first. */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import type { Dependency } from '../config/config.ts';
import { type Protocol, TALKS, type Talk } from './calls.ts';
import type { DemoService } from './platform.ts';

/** What a server can find out about the others. */
export interface Peers {
  knows(id: string): boolean;
  works(id: string, timeoutMs: number): Promise<boolean>;
}

/** Makes the server of a service; called again for each of its listeners. */
export function creatorOf(
  service: DemoService,
  protocol: Protocol,
  peers: Peers,
): (pause: () => Promise<void>) => Server {
  return (pause) => (protocol === 'http' ? httpServer(service, peers, pause) : talkServer(TALKS[protocol], pause));
}

function httpServer({ id, dependsOn }: DemoService, peers: Peers, pause: () => Promise<void>): Server {
  return createHttpServer(async (_request, response) => {
    await pause();
    const missing = await missingOf(dependsOn, peers);
    const isFailing = missing.some(({ strength }) => strength === 'hard');
    const status = isFailing ? 'failing' : missing.length > 0 ? 'degraded' : 'ok';
    response.writeHead(isFailing ? 503 : 200, { 'content-type': 'application/json' });
    response.end(
      `${JSON.stringify({ service: id, status, missing: missing.map(({ service, anyOf }) => service ?? anyOf) })}\n`,
    );
  });
}

const HARD_TIMEOUT_MS = 1000;
/** Nobody waits long for what they can do without. */
const SOFT_TIMEOUT_MS = 200;

/** The dependencies that do not work at the moment, all asked at once. */
async function missingOf(dependsOn: readonly Dependency[], peers: Peers): Promise<Dependency[]> {
  const met = await Promise.all(
    dependsOn.map((edge) => {
      const timeoutMs = edge.strength === 'hard' ? HARD_TIMEOUT_MS : SOFT_TIMEOUT_MS;
      const targets = (edge.anyOf ?? [edge.service]).filter((id) => peers.knows(id));
      const need = Math.min(edge.need ?? 1, targets.length);
      return isEnough(
        targets.map((id) => peers.works(id, timeoutMs)),
        need,
      );
    }),
  );
  return dependsOn.filter((_, index) => !met[index]);
}

/** Known as soon as it can be: a dead replica must not make the living one look slow. */
function isEnough(answers: readonly Promise<boolean>[], need: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let working = 0;
  let open = answers.length;
  const settle = (): void => {
    if (working >= need) resolve(true);
    else if (working + open < need) resolve(false);
  };
  settle();
  for (const answer of answers) {
    void answer.then((works) => {
      open -= 1;
      if (works) working += 1;
      settle();
    });
  }
  return promise;
}

const LONGEST_LINE = 512;
const IDLE_MS = 5000;

/** A line protocol with one word: whoever asks the question hears the answer, all others an error. */
function talkServer({ greeting, question, answer }: Talk, pause: () => Promise<void>): Server {
  return createTcpServer((socket) => {
    const say = async (words: string): Promise<void> => {
      await pause();
      if (socket.writable) socket.write(words);
    };
    let spoken = greeting === undefined ? Promise.resolve() : say(greeting);
    let heard = '';
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      const lines = (heard + chunk).split(/(?<=\n)/);
      heard = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '');
      if (heard.length > LONGEST_LINE) socket.destroy();
      for (const line of lines)
        spoken = spoken.then(() => say(line === question ? answer : '-ERR unknown command\r\n'));
    });
  });
}
