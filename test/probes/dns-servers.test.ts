/** Several name servers, as a system has them: asked in order, the next when one does not answer or cannot be reached. */
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/probing/connection.ts';
import { askNameServers, type NameServer } from '../../src/probing/dns-exchange.ts';
import { createTlsContexts } from '../../src/probing/tls.ts';
import { hasNamespaces, inNamespace } from '../faults/namespace.ts';
import { spawned } from '../faults/spawned.ts';
import { closedPort, serveTcp } from '../servers.ts';
import { closedUdpPort, overTcp, type Reply, record, serveDns } from './dns-server.ts';

const A = (last: number) => record('example.org', 1, `c00002${last.toString(16).padStart(2, '0')}`);
const right: Reply = { records: [A(1)] };
const at = (port: number): NameServer => ({ address: '127.0.0.1', port });

async function ask(servers: readonly NameServer[], transport: 'udp' | 'tcp', timeoutMs = 5000) {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new DOMException('deadline', 'TimeoutError')), timeoutMs);
  const options = { signal: over.signal, enter: () => undefined, tlsContexts: createTlsContexts(readFile) };
  const startedAt = performance.now();
  try {
    const context = { ...options, connect: (target: Parameters<typeof connect>[0]) => connect(target, options) };
    const answered = await askNameServers({ name: 'example.org', type: 'A' }, servers, transport, context);
    return { ...answered, durationMs: performance.now() - startedAt };
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

const garbage = Buffer.from('SSH-2.0-OpenSSH_9.2\r\n');

describe('over UDP', () => {
  test.each<[string, Reply | Buffer | undefined, number]>([
    ['says nothing', undefined, 1500],
    ['answers nonsense', garbage, 500],
  ])('the next one is asked when the first %s', async (_, reply, afterMs) => {
    await using first = await serveDns(() => reply);
    await using second = await serveDns(() => right);
    await using third = await serveDns(() => right);
    const { server, answers, durationMs } = await ask(
      [first, second, third].map(({ port }) => at(port)),
      'udp',
    );
    expect({ server, answers }).toEqual({ server: at(second.port), answers: ['192.0.2.1'] });
    expect(durationMs).toBeGreaterThan(afterMs - 50);
    expect(durationMs).toBeLessThan(afterMs + 900);
    expect(third.asked).toEqual([]);
  });

  test('closed ports cost no time', async () => {
    await using third = await serveDns(() => right);
    const servers = [at(await closedPort()), at(await closedPort()), at(third.port)];
    expect(await ask(servers, 'udp', 1000)).toMatchObject({ server: at(third.port) });
  });

  test('the first that answers is enough, whatever it says', async () => {
    await using first = await serveDns(() => ({ rcode: 2 }));
    await using second = await serveDns(() => right);
    expect(await ask([at(first.port), at(second.port)], 'udp')).toMatchObject({ rcode: 'SERVFAIL' });
    expect(second.asked).toEqual([]);
  });

  test('a slow one is still heard while the next one is silent', async () => {
    await using second = await serveDns(() => undefined);
    await using tcp = await serveTcp(talkLate);
    await using first = await serveDns(() => ({ truncated: true }), tcp.port);
    expect(await ask([at(first.port), at(second.port)], 'udp')).toMatchObject({ server: at(tcp.port) });
  });

  test('the next one is asked when the first truncates and refuses TCP', async () => {
    await using first = await serveDns(() => ({ truncated: true }));
    await using second = await serveDns(() => right);
    const answered = await ask([at(first.port), at(second.port)], 'udp', 1000);
    expect(answered).toMatchObject({ server: at(second.port), transport: 'udp' });
  });
});

function talk(socket: Socket): void {
  overTcp(() => right)(socket);
}

function talkLate(socket: Socket): void {
  socket.once('data', (query) =>
    setTimeout(() => {
      talk(socket);
      socket.emit('data', query);
    }, 2000),
  );
}

describe('over TCP', () => {
  test.each<[string, (socket: Socket) => void, number]>([
    ['says nothing', () => undefined, 1500],
    ['closes', (socket) => void socket.once('data', () => socket.end()), 0],
    ['resets', (socket) => void socket.once('data', () => socket.resetAndDestroy()), 0],
    ['answers nonsense', (socket) => void socket.once('data', () => socket.write(garbage)), 0],
  ])('the next one is asked when the first %s', async (_, first, afterMs) => {
    await using bad = await serveTcp(first);
    await using good = await serveTcp(talk);
    await using unasked = await serveTcp(talk);
    const { server, transport, durationMs } = await ask(
      [bad, good, unasked].map(({ port }) => at(port)),
      'tcp',
    );
    expect({ server, transport }).toEqual({ server: at(good.port), transport: 'tcp' });
    expect(durationMs).toBeGreaterThan(afterMs - 50);
    expect(durationMs).toBeLessThan(afterMs + 900);
    expect(unasked.connections.total).toBe(0);
  });

  test('closed ports cost no time', async () => {
    await using third = await serveTcp(talk);
    const servers = [at(await closedPort()), at(await closedPort()), at(third.port)];
    expect(await ask(servers, 'tcp', 1000)).toMatchObject({ server: at(third.port) });
  });

  test('a slow one is still heard while the next one is silent', async () => {
    await using slow = await serveTcp(talkLate);
    await using silent = await serveTcp(() => undefined);
    expect(await ask([at(slow.port), at(silent.port)], 'tcp')).toMatchObject({ server: at(slow.port) });
  });
});

describe.each(['udp', 'tcp'] as const)('over %s', (transport) => {
  test('none can be reached', async () => {
    const servers = [at(await closedPort()), at(await closedPort())];
    await expect(ask(servers, transport)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('none answers before the deadline', async () => {
    await using tcp = await serveTcp(() => undefined);
    await using udp = await serveDns(() => undefined, tcp.port);
    const silent = at(udp.port);
    await expect(ask([silent, silent, silent], transport, 1800)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('there is none', async () => {
    await expect(ask([], transport)).rejects.toMatchObject({ reason: 'unsupported-here' });
  });
});

test('without handles neither the list nor a server is blamed', async () => {
  const script = `
    import { closeSync, openSync } from 'node:fs';
    const { askNameServers, systemNameServers } = await import('./src/probing/dns-exchange.ts');
    const taken = [];
    const codeOf = (run) => (async () => run())().then(() => 'none', (error) => error.code);
    const { signal } = new AbortController();
    const enter = () => undefined;
    const ask = () => askNameServers({ name: 'a.example', type: 'A' }, [{ address: '127.0.0.1', port: ${await closedUdpPort()} }], 'udp', { signal, enter });
    const free = await codeOf(ask);
    try { for (;;) taken.push(openSync('/dev/null', 'r')); } catch {}
    const codes = [free, await codeOf(systemNameServers), await codeOf(ask)];
    taken.forEach((handle) => closeSync(handle));
    console.log(codes.join(' '));`;
  const args = ['-c', 'ulimit -n 64; exec "$@"', 'bash', process.execPath, '--input-type=module', '-e', script];
  expect(await spawned('bash', args)).toEqual({ code: 0, stdout: 'ECONNREFUSED EMFILE EMFILE\n', stderr: '' });
});

describe.runIf(hasNamespaces)('those of the system', () => {
  const script = fileURLToPath(new URL('../faults/in-namespace.ts', import.meta.url));
  const askSystem = async (listed: readonly string[]) => {
    const network = `ip link set lo up\nprintf '${listed.map((address) => `nameserver ${address}\\n`).join('')}' > "$0"`;
    const tasks = [{ kind: 'dns', settings: 'v4only.example', timeoutMs: 3000 }];
    const { stdout, stderr } = await inNamespace(network, [process.execPath, script, JSON.stringify(tasks)]);
    expect(stderr).toBe('');
    return JSON.parse(stdout)[0];
  };

  test('are asked in order', async () => {
    // Nobody listens on the first, and there is no way to the second.
    const observation = await askSystem(['127.0.0.2', '198.51.100.1', '127.0.0.1']);
    expect(observation).toMatchObject({ outcome: 'up', message: '127.0.0.1', facts: { server: '127.0.0.1:53' } });
  });

  test.each([[['127.0.0.2']], [['127.0.0.2', '198.51.100.1']]])('%j: none can be reached', async (listed) => {
    const message = 'the name servers of this system cannot be reached';
    expect(await askSystem(listed)).toMatchObject({ outcome: 'down', reason: 'dns-server', phase: 'dns', message });
  });
});
