/** `vedette notify` as people run it, with receivers on loopback and real rounds. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { receiveHttp } from '../effects/receivers.ts';
import { ENV, makePlace } from '../history/git/clones.ts';
import { closedPort, serveHttp, serveTcp } from '../servers.ts';
import { CLI, placeWith } from './cli.ts';

const servicesYml = (services: object, notifications: readonly object[], more: object = {}): string =>
  stringify({
    page: { title: 'Example status' },
    defaults: { retries: 0, timeout: '2s', confirm: '1 of 1' },
    services,
    notifications,
    ...more,
  });
const PLAIN = { web: 'https://127.0.0.1:1' };

test('--test tries every channel, and prints no secret', async () => {
  await using receiver = await receiveHttp();
  const secret = 'hunter2-hunter2';
  await using place = await placeWith(
    servicesYml(PLAIN, [
      { slack: '${CHAT_URL}' },
      { webhook: { url: `http://127.0.0.1:${await closedPort()}/\${TOKEN}`, secret: '${TOKEN}' }, name: 'dead' },
    ]),
  );
  const env = { CHAT_URL: `${receiver.url}/${secret}`, TOKEN: secret };
  const all = await place.run(['notify', '--test'], env);
  expect(all.stdout).toMatchInlineSnapshot(`
    "CHANNEL  KIND     RESULT                              ATTEMPTS
    slack    slack    arrived                             1
    dead     webhook  failed: the connection was refused  3
    "
  `);
  expect([all.code, all.stderr]).toEqual([1, '']);
  expect(all.stdout + all.stderr).not.toMatch(/hunter2|127\.0\.0\.1/);
  const one = await place.run(['notify', '--test', 'slack'], env);
  expect([one.code, one.stdout.trim().split('\n').length, receiver.accepted.length]).toEqual([0, 2, 2]);
  const none = await place.run(['notify', '--test', 'slak'], env);
  expect([none.code, none.stderr]).toEqual([2, 'vedette: no channel is called "slak"; there are slack, dead\n']);
  expect(receiver.accepted[0]!.path).toBe(`/${secret}`);
});

describe('behind a proxy', () => {
  /** Notes for whom it is asked, and leads there, or refuses; a name that nobody could find is looked for here. */
  async function serveProxy(refuses = false) {
    const asked: string[] = [];
    const inner = createServer((_, response) => response.writeHead(400).end());
    const server = await serveTcp((socket) => void inner.emit('connection', socket));
    inner.on('connect', ({ url, headers }: IncomingMessage, socket: Socket) => {
      asked.push(`${url} ${Buffer.from(`${headers['proxy-authorization']}`.slice(6), 'base64')}`);
      if (refuses) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      const onward = connect(Number(url!.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const side of [onward, socket]) side.on('error', () => undefined);
    });
    return { asked, url: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }
  const channelAt = (port: number): string =>
    servicesYml(PLAIN, [{ webhook: { url: `http://chat.invalid:${port}/` } }]);

  test('channels go through it, but not those that NO_PROXY names', async () => {
    await using receiver = await receiveHttp();
    await using proxy = await serveProxy();
    const port = Number(new URL(receiver.url).port);
    await using place = await placeWith(channelAt(port));
    const address = proxy.url.replace('http://', 'me:hunter2@');
    const env = { HTTPS_PROXY: address, HTTP_PROXY: address };
    const through = await place.run(['notify', '--test'], env);
    expect([through.code, through.stderr, proxy.asked]).toEqual([0, '', [`chat.invalid:${port} me:hunter2`]]);
    expect(receiver.accepted).toHaveLength(1);
    const direct = await place.run(['notify', '--test'], { ...env, NO_PROXY: 'invalid' });
    expect([direct.code, proxy.asked.length]).toEqual([1, 1]);
    expect(direct.stdout).toContain('its name was not found');
  });

  test('a proxy that refuses has sent nothing, and the message is tried again', async () => {
    await using proxy = await serveProxy(true);
    await using place = await placeWith(channelAt(80));
    const { code, stdout } = await place.run(['notify', '--test'], { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url });
    expect([code, proxy.asked.length]).toEqual([1, 3]);
    expect(stdout).toMatch(/webhook +webhook +failed: it cannot be reached +3\n/);
  });

  test('an address that is none is said, without what stands there', async () => {
    await using place = await placeWith(servicesYml(PLAIN, []));
    const ended = await place.run(['notify'], { HTTPS_PROXY: 'socks5://me:hunter2@127.0.0.1:1' });
    expect(ended.stderr).toContain(
      'warning: our own requests go through no proxy: HTTPS_PROXY or HTTP_PROXY is no address like http://proxy:3128\n',
    );
    expect(ended.stderr).not.toContain('hunter2');
  });
});

test('without channels there is nobody to tell', async () => {
  await using place = await placeWith(servicesYml(PLAIN, []));
  expect(await place.run(['notify'])).toMatchObject({ code: 0, stderr: expect.stringContaining('no notifications') });
  expect(await place.run(['notify', 'slack'])).toMatchObject({ code: 2 });
});

test('an outage is told once; a round without network tells of nothing but that', async () => {
  await using receiver = await receiveHttp();
  const targets = await Promise.all(Array.from({ length: 3 }, () => serveTcp((socket) => socket.end('hello'))));
  await using canary = await serveTcp((socket) => socket.end('hello'));
  const services = Object.fromEntries(
    targets.map(({ port }, index) => [`s${index}`, { probes: [{ tcp: `127.0.0.1:${port}` }] }]),
  );
  await using place = await placeWith(servicesYml(services, [{ webhook: receiver.url }]));
  const titles = (): string[] => receiver.accepted.map(({ body }) => JSON.parse(body).title);
  expect((await place.run(['probe'])).code).toBe(0);
  expect(await place.run(['notify'])).toMatchObject({ code: 0, stdout: 'Nobody was told anything.\n', stderr: '' });
  for (const target of targets) await target.close();
  // Nothing answers at all: our own network.
  expect((await place.run(['probe'])).code).toBe(3);
  expect(await place.run(['notify'])).toMatchObject({ code: 0, stdout: 'webhook: 1 message\n', stderr: '' });
  expect(titles()).toEqual(['The prober has no network']);
  // The same with a canary that answers is an outage.
  const canaries = [`tcp://127.0.0.1:${canary.port}`];
  await writeFile(join(place.folder, 'services.yml'), servicesYml(services, [{ webhook: receiver.url }], { canaries }));
  expect((await place.run(['probe'])).code).toBe(0);
  await place.run(['notify']);
  await place.run(['notify']);
  expect(titles().toSorted()).toEqual([
    'S0 is down',
    'S1 is down',
    'S2 is down',
    'The prober has its network again',
    'The prober has no network',
  ]);
});

test('what is wrong is said with its place, and never what stands there', async () => {
  await using place = await placeWith(`services: { web: "https://x.example" }
notifications:
  - slack: not-an-address-but-hunter2
  - slak: x
  - webhook: https://x.example
    when: [oppened]
    template: { title: "{titel}" }
  - { pagerduty: key, slack: "https://x.example" }
  - { ntfy: "https://ntfy.sh/" }
  - { ntfy: "https://ntfy.sh/t", name: a }
  - { ntfy: "https://ntfy.sh/t", name: a, reminders: 5m }
  - { email: { server: "mail.example.org", from: me, to: [] } }
  - { webhook: { url: "https://x.example", headers: { Webhook-Id: x } } }
`);
  const { code, stderr } = await place.run(['check']);
  expect(code).toBe(1);
  expect(stderr).not.toContain('hunter2');
  expect(stderr).toMatchInlineSnapshot(`
    "services.yml:3:12  notifications[0].slack: expected an address with https:// or http://, best as \${NAME} from the environment
    services.yml:4:5  notifications[1].slak: unknown key; did you mean slack?
    services.yml:6:12  notifications[2].when[0]: expected opened, escalated, cause, resolved, update, prober-fault, stale; did you mean opened?
    services.yml:7:24  notifications[2].template.title: unknown placeholder {titel}; known are {title} {text} {event} {impact} {cause} {chain} {affected} {count} {evidence} {since} {link} {page} {id}
    services.yml:8:5  notifications[3]: expected exactly one kind of channel (discord, email, ntfy, pagerduty, slack, teams, webhook), found pagerduty and slack
    services.yml:9:13  notifications[4].ntfy: expected an address that ends with a topic of letters, digits, - and _
    services.yml:11:40  notifications[6].name: another channel has this name
    services.yml:11:54  notifications[6].reminders: expected a duration of at least 10m
    services.yml:12:24  notifications[7].email.server: expected smtps://host or smtp://host, with a port if it is unusual, and the user beside it
    services.yml:12:50  notifications[7].email.from: expected an address like ops@example.org, or with a name: Status <status@example.org>
    services.yml:12:58  notifications[7].email.to: expected at least 1 in the list
    services.yml:13:53  notifications[8].webhook.headers: expected headers that Vedette does not set
    12 problems
    "
  `);
});

test('check lists who is told, without where', async () => {
  await using place = await placeWith(
    servicesYml(PLAIN, [
      { slack: 'https://hooks.slack.com/services/hunter2', reminders: '6h' },
      { pagerduty: '${KEY}', name: 'night', when: ['opened', 'resolved'] },
    ]),
  );
  const { stdout, code } = await place.run(['check'], { KEY: 'hunter2' });
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "services.yml is fine.
      1 service, 0 dependencies, 1 probe (1 http)
      critical: web
      tells slack (reminders after 6 h)
      tells night by pagerduty (only page; opened, resolved)
    "
  `);
  expect(await place.run(['check'])).toMatchObject({ code: 1, stderr: expect.stringContaining('KEY is not set') });
  // The page is built where nobody is told, and needs no secret.
  expect(await place.run(['incident', 'list'])).toMatchObject({ code: 0 });
});

test('the ledger stands in the history, verified with it', async () => {
  await using receiver = await receiveHttp();
  await using place = await placeWith(
    servicesYml({ web: { probes: [{ tcp: '127.0.0.1:1' }] } }, [{ slack: receiver.url }]),
  );
  await place.run(['probe']);
  await place.run(['notify']);
  const text = await readFile(
    join(place.folder, 'history', 'notifications', `${new Date().getUTCFullYear()}.ndjson`),
    'utf8',
  );
  // Lines of the same second stand by their ids.
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(expect.objectContaining({ id: 'started@slack', channel: 'slack', kind: 'started' }));
  expect((await place.run(['history', 'verify'])).code).toBe(0);
});

test('killed while it sends: the next run does not send it again, and knows why', async () => {
  await using receiver = await receiveHttp(['ok', 'hang']);
  const services = { web: { probes: [{ tcp: `127.0.0.1:${await closedPort()}` }] } };
  await using place = await placeWith(servicesYml(services, [{ slack: receiver.url }]));
  await place.run(['notify', '--test']);
  await place.run(['notify']);
  await place.run(['incident', 'open', '--title', 'Slow', '--services', 'web', '--message', 'We look.']);
  const child = spawn(process.execPath, [CLI, 'notify'], { cwd: place.folder, stdio: 'ignore' });
  await expect.poll(() => receiver.requests.length, { timeout: 20_000 }).toBe(2);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const year = new Date().getUTCFullYear();
  const ledger = await readFile(join(place.folder, 'history', 'notifications', `${year}.ndjson`), 'utf8');
  expect(kindsIn(ledger)).toEqual(['claimed', 'started']);
  expect(await place.run(['notify'])).toMatchObject({ code: 0, stdout: 'Nobody was told anything.\n' });
  expect(receiver.requests).toHaveLength(2);
});

test('--publish: the claim is on the branch before anything is sent, and without a remote nothing is', async () => {
  using repository = makePlace();
  await using place = await placeWith();
  const claims: string[] = [];
  await using receiver = await serveHttp((request, response) => {
    request.resume();
    claims.push(repository.git(repository.remote, 'cat-file', 'blob', `main:${LEDGER}`));
    response.end();
  });
  const clone = repository.clone('one');
  clone.write('services.yml', servicesYml({ web: { probes: [] } }, [{ slack: receiver.url }]));
  const run = (...args: string[]) =>
    place.run([...args, '--config', join(clone.folder, 'services.yml'), '--history', clone.history], ENV);
  await run('notify', '--publish');
  await run('incident', 'open', '--title', 'Slow', '--services', 'web', '--message', 'We look.');
  expect(await run('notify', '--publish')).toMatchObject({ code: 0, stdout: 'slack: 1 message\n', stderr: '' });
  expect(claims.map(kindsIn)).toEqual([['claimed', 'started']]);
  expect(kindsIn(repository.git(repository.remote, 'cat-file', 'blob', `main:${LEDGER}`))).toEqual([
    'claimed',
    'sent',
    'started',
  ]);
  await run('incident', 'open', '--title', 'Slower', '--services', 'web', '--message', 'We look.');
  clone.git('remote', 'set-url', 'origin', join(repository.folder, 'gone.git'));
  const { code, stderr } = await run('notify', '--publish');
  expect([code, claims.length]).toEqual([5, 1]);
  expect(stderr).toContain('warning: notifications: ');
});

const LEDGER = `history/notifications/${new Date().getUTCFullYear()}.ndjson`;

/** By name, for lines of the same second stand by their ids. */
function kindsIn(ledger: string): string[] {
  return ledger
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).kind)
    .sort();
}
