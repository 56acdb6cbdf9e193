/** Whether the peer accepted us, too: in TLS 1.3 our side of the handshake ends before the peer has judged it. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { asksForCertificate } from './tls.ts';

/** A peer that still says nothing by then is content with us. */
const GRACE_MS = 1000;

/**
 * Ends our side. Throws the alert of a peer that wanted a client certificate; one that did not ask for any is not waited
 * for.
 */
export async function endWhenAccepted(socket: Socket, signal: AbortSignal): Promise<void> {
  if (!(socket instanceof TLSSocket) || socket.getProtocol() !== 'TLSv1.3' || !asksForCertificate(socket)) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason);
  const timer = setTimeout(resolve, GRACE_MS);
  signal.addEventListener('abort', abort, { once: true });
  if (socket.errored) reject(socket.errored);
  socket.once('error', reject);
  // A ticket for the next time is only for those who are welcome.
  socket.once('session', resolve);
  socket.once('close', resolve);
  socket.resume();
  socket.end();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
