/** One demo server: it can be stopped, slowed down, and cut off from the prober. */
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOST } from './calls.ts';

/**
 * The same service behind two listeners: the others of the platform call the inner one, the prober the outer one. So
 * the prober can lose its network while the platform goes on working.
 */
export interface DemoServer {
  innerPort: number;
  outerPort: number;
  /** Broken is what it says: nobody listens any more, and open connections are cut. */
  setBroken(isBroken: boolean): Promise<void>;
  setUplink(isOpen: boolean): Promise<void>;
  /** Before every answer. */
  setDelay(ms: number): void;
}

/** `create` is called twice, once a listener; `pause` waits as long as the server is slow at the moment. */
export async function startServer(create: (pause: () => Promise<void>) => Server): Promise<DemoServer> {
  let delayMs = 0;
  let isBroken = false;
  let hasUplink = true;
  const pause = async (): Promise<void> => {
    // Not a reason to keep the process alive: whoever asked has a deadline.
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
  };
  const inner = await openListener(create(pause));
  const outer = await openListener(create(pause));
  const settle = async (): Promise<void> => {
    await Promise.all([inner.setOpen(!isBroken), outer.setOpen(!isBroken && hasUplink)]);
  };
  return {
    innerPort: inner.port,
    outerPort: outer.port,
    setBroken(value) {
      isBroken = value;
      return settle();
    },
    setUplink(isOpen) {
      hasUplink = isOpen;
      return settle();
    },
    setDelay(ms) {
      delayMs = ms;
    },
  };
}

interface Listener {
  port: number;
  setOpen(isOpen: boolean): Promise<void>;
}

/** A port that nobody else has is taken at first, and kept for good: services.yml names it. */
async function openListener(server: Server): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // Cut by us, or by a caller whose deadline passed.
    socket.once('close', () => sockets.delete(socket));
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo; // It listens on TCP, so this is no path of a pipe.

  const settle = async (isOpen: boolean): Promise<void> => {
    if (isOpen === server.listening) return;
    if (isOpen) return listenAgain(server, port);
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  // One change at a time: the story and the keyboard may want different things at once.
  let last: Promise<void> = Promise.resolve();
  return {
    port,
    setOpen(isOpen) {
      last = last.then(
        () => settle(isOpen),
        () => settle(isOpen),
      );
      return last;
    },
  };
}

const TRIES = 30;
const BETWEEN_TRIES_MS = 100;

/** While the port was free somebody's outgoing connection may have borrowed it; those are short. */
async function listenAgain(server: Server, port: number): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listen(server, port);
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isTaken || tries === TRIES) throw new Error(`cannot listen on port ${port} again`, { cause: error });
      await sleep(BETWEEN_TRIES_MS);
    }
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen({ host: HOST, port });
  await once(server, 'listening');
}
