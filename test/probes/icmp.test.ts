import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { judgePing } from '../../src/probing/ping.ts';
import { loadRegistry } from '../../src/probing/registry.ts';
import { runProgram } from '../../src/probing/run-program.ts';
import { probeOnce, run, task } from '../probing/probe-once.ts';

const { settings, describe: describeTarget } = (await loadRegistry()).get('icmp')!;
const { PATH } = process.env;

/** Whether this machine has the program and lets it work. */
const trial = await runProgram(
  { path: 'ping', args: ['-c', '1', '127.0.0.1'] },
  { folder: '.', env: {}, signal: AbortSignal.timeout(3000) },
);
const pings = trial.started && trial.exitCode === 0;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-ping-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Where this script is the program ping. */
async function probeWithPing(script: string, { env = {}, host = '127.0.0.1', timeoutMs = 2000 } = {}) {
  await writeFile(join(folder, 'ping'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'ping'), 0o755);
  return probeWith({ PATH: `${folder}${delimiter}${PATH}`, ...env }, host, timeoutMs);
}

async function probeWith(env: Record<string, string>, host = '127.0.0.1', timeoutMs = 2000) {
  const surroundings = { folder, env, cache: FORGETFUL_CACHE };
  const [observation] = await run([task('icmp', host, { timeoutMs })], { surroundings });
  return observation!;
}

test.runIf(pings)('this machine answers', async () => {
  const observation = await probeOnce('icmp', { host: 'localhost', count: 2, family: 4 }, { timeoutMs: 5000 });
  expect(observation).toMatchObject({
    outcome: 'up',
    message: expect.stringMatching(/^echo after [\d.]+ ms$/),
    facts: { address: '127.0.0.1', family: 4, sent: 2, received: 2, rttMs: expect.any(Number) },
    warnings: [],
  });
  expect(Object.keys(observation.phases)).toEqual(['dns', 'talk']);
});

test('without the program: unknown', async () => {
  await rm(join(folder, 'ping'), { force: true });
  expect(await probeWith({ PATH: folder })).toMatchObject({
    outcome: 'unknown',
    reason: 'unsupported-here',
    message: 'ICMP needs the program ping: there is no program ping',
  });
});

test('a program that hangs ends at the deadline', async () => {
  const observation = await probeWithPing('sleep 60', { timeoutMs: 300 });
  expect(observation).toMatchObject({ outcome: 'down', reason: 'timeout', phase: 'talk' });
});

test('a name that does not exist never comes to a ping', async () => {
  const observation = await probeOnce('icmp', { host: '127.0.0.1', family: 6 });
  expect(observation).toMatchObject({ outcome: 'down', reason: 'dns-no-address', phase: 'dns' });
});

test('some requests lost: up with a warning', async () => {
  const observation = await probeWithPing(
    "echo '3 packets transmitted, 2 received, 33% packet loss, time 400ms'; exit 0",
  );
  expect(observation).toMatchObject({ outcome: 'up', warnings: ['1 of 3 lost'] });
});

test('on a runner that GitHub hosts silence says nothing, but at home it does', async () => {
  const silence = "echo '1 packets transmitted, 0 received, 100% packet loss, time 0ms'; exit 1";
  const env = { RUNNER_ENVIRONMENT: 'github-hosted' };
  expect(await probeWithPing(silence, { env, host: '192.0.2.1' })).toMatchObject({
    outcome: 'unknown',
    reason: 'unsupported-here',
    message: "GitHub's own runners let no ICMP out",
  });
  expect(await probeWithPing(silence, { env })).toMatchObject({ outcome: 'down', reason: 'timeout' });
  expect(await probeWithPing(silence, { host: '192.0.2.1' })).toMatchObject({ outcome: 'down', reason: 'timeout' });
});

const NO_REPLY = '3 packets transmitted, 0 received, 100% packet loss, time 409ms';
const HERE = { hasFamily: true, isHostedRunner: false };

test.each<[string, { stdout?: string; stderr?: string; here?: Partial<typeof HERE> }, object]>([
  [
    'iputils',
    {
      stdout:
        '1 packets transmitted, 1 received, 0% packet loss, time 0ms\nrtt min/avg/max/mdev = 0.333/0.433/0.533/0.1 ms',
    },
    { answered: true, sent: 1, received: 1, rttMs: 0.433 },
  ],
  [
    'busybox',
    { stdout: '3 packets transmitted, 3 packets received, 0% packet loss\nround-trip min/avg/max = 0.1/0.2/0.3 ms' },
    { answered: true, sent: 3, received: 3, rttMs: 0.2 },
  ],
  [
    'macOS',
    {
      stdout:
        '1 packets transmitted, 1 packets received, 0.0% packet loss\nround-trip min/avg/max/stddev = 1.1/1.2/1.3/0.0 ms',
    },
    { answered: true, sent: 1, received: 1, rttMs: 1.2 },
  ],
  ['silence', { stdout: NO_REPLY }, { reason: 'timeout', message: 'none of 3 echo requests was answered', sent: 3 }],
  [
    'an error on the way',
    { stdout: `From 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n${NO_REPLY}` },
    { reason: 'unreachable', message: 'no echo came back: destination host unreachable', sent: 3 },
  ],
  [
    'an error on the way, IPv6',
    { stdout: `From fd00::2 icmp_seq=1 Destination unreachable: Address unreachable\n${NO_REPLY}` },
    { reason: 'unreachable', message: 'no echo came back: destination unreachable: address unreachable' },
  ],
  [
    'a loop on the way',
    { stdout: `From 10.0.0.1 icmp_seq=1 Time to live exceeded\n${NO_REPLY}` },
    { reason: 'unreachable', message: 'no echo came back: time to live exceeded' },
  ],
  ['no route', { stderr: 'ping: connect: Network is unreachable' }, { reason: 'unreachable' }],
  [
    'no route, and no such family here',
    { stderr: 'ping: connect: Network is unreachable', here: { hasFamily: false } },
    { reason: 'unsupported-here', message: 'this machine has no network of the address family' },
  ],
  [
    'no such family',
    { stderr: 'ping: socket: Address family not supported by protocol' },
    { reason: 'unsupported-here' },
  ],
  [
    'no permission',
    { stderr: 'ping: socktype: SOCK_RAW\nping: socket: Operation not permitted' },
    { reason: 'unsupported-here', message: 'this machine does not permit ping' },
  ],
  ['no permission, busybox', { stderr: 'ping: permission denied (are you root?)' }, { reason: 'unsupported-here' }],
  [
    'a firewall of our own',
    { stdout: NO_REPLY, stderr: 'ping: sendmsg: Operation not permitted' },
    { reason: 'unsupported-here' },
  ],
  [
    "GitHub's runner",
    { stdout: NO_REPLY, here: { isHostedRunner: true } },
    { reason: 'unsupported-here', message: "GitHub's own runners let no ICMP out" },
  ],
  [
    'another program',
    { stderr: "ping: invalid option -- 'W'\nUsage: ping" },
    { reason: 'unsupported-here', message: "ping does not work here: ping: invalid option -- 'W'" },
  ],
  ['a program without a word', {}, { reason: 'unsupported-here', message: 'ping does not work here: exit status 1' }],
])('%s', (_, { stdout = '', stderr = '', here = {} }, expected) => {
  const run = { started: true, exitCode: 1, killedBy: null, stdout, stderr } as const;
  expect(judgePing(run, { ...HERE, ...here })).toMatchObject(expected);
});

test('settings', () => {
  expect(describeTarget(settings.parse('router.example.org'))).toBe('router.example.org');
  expect(settings.parse('2001:db8::1')).toEqual({ host: '2001:db8::1', count: 1, family: 'auto' });
});

test.each([
  ['-f', 'expected a host like router.example.org or 192.0.2.1'],
  ['https://example.org', 'expected a host like router.example.org or 192.0.2.1'],
  [{ host: 'a b' }, 'expected a host like router.example.org or 192.0.2.1'],
  [{ host: 'a', count: 0 }, 'expected a number from 1 to 20'],
  [{ host: 'a', count: 1.5 }, 'expected a number from 1 to 20'],
  [{ host: 'a', family: 5 }, 'expected 4, 6 or auto'],
])('settings: %j is refused', (value, message) => {
  expect(JSON.stringify(settings.safeParse(value).error?.issues)).toContain(message);
});
