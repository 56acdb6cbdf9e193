import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Phase } from '../../src/model.ts';
import { connect, type Target } from '../../src/probing/connection.ts';
import { createTlsContexts } from '../../src/probing/tls.ts';
import { certificates, closedPort, serveTcp } from '../servers.ts';

function open(target: Target, signal = new AbortController().signal) {
  const phases: Phase[] = [];
  const tlsContexts = createTlsContexts(readFile);
  return connect(target, { signal, enter: (phase) => phases.push(phase), tlsContexts }).then((connection) => ({
    ...connection,
    phases,
  }));
}

test('says to where it leads', async () => {
  await using server = await serveTcp(() => undefined);
  const { socket, address, family, isPrivate, phases } = await open({
    host: 'localhost',
    port: server.port,
    family: 4,
  });
  socket.destroy();
  expect({ address, family, isPrivate, phases }).toEqual({
    address: '127.0.0.1',
    family: 4,
    isPrivate: true,
    phases: ['dns', 'connect'],
  });
});

describe('where a redirect leads', () => {
  test.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '10.0.0.1', '169.254.169.254'])(
    '%s is refused before a packet is sent',
    async (host) => {
      await using server = await serveTcp(() => undefined);
      const opening = open({ host, port: server.port, publicOnly: true });
      await expect(opening).rejects.toMatchObject({ reason: 'redirect', message: /leads to a private address, / });
      expect(server.connections.total).toBe(0);
    },
  );
});

test('refused is what the system says', async () => {
  await expect(open({ host: '127.0.0.1', port: await closedPort() })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a name with two addresses, of which one refuses', async () => {
  // On machines where localhost is ::1 too, that is the one without a server.
  await using server = await serveTcp(() => undefined);
  const { socket, address } = await open({ host: 'app.localhost', port: server.port });
  socket.destroy();
  expect(address).toBe('127.0.0.1');
});

test('an aborted signal opens nothing', async () => {
  await using server = await serveTcp(() => undefined);
  const opening = open(
    { host: '127.0.0.1', port: server.port },
    AbortSignal.abort(new DOMException('over', 'AbortError')),
  );
  await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  expect(server.connections.total).toBe(0);
});

describe('a TLS context that could not be made', () => {
  const failing = (...codes: string[]) => {
    let reads = 0;
    const contexts = createTlsContexts(async (path) => {
      const code = codes[reads];
      reads += 1;
      if (code) throw Object.assign(new Error(`${code}: open '${path}'`), { code });
      return Buffer.from((await certificates()).authority);
    });
    return { of: () => contexts.of({ ca: 'ca.pem' }), reads: () => reads };
  };

  test.each(['EMFILE', 'ENFILE'])('for want of handles (%s) is made the next time', async (code) => {
    const { of, reads } = failing(code);
    const [first, second] = await Promise.allSettled([of(), of()]);
    expect([first.status, second.status, reads()]).toEqual(['rejected', 'rejected', 1]);
    const context = await of();
    expect(await of()).toBe(context);
    expect(reads()).toBe(2);
  });

  test('for want of the file stays so for the round', async () => {
    const { of, reads } = failing('ENOENT');
    await expect(of()).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(of()).rejects.toMatchObject({ code: 'ENOENT' });
    expect(reads()).toBe(1);
  });
});
