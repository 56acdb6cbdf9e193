/** No value of a secret in anything that comes out of a run whose every target echoes its request. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveHttp, serveTcp } from '../servers.ts';
import { placeWith } from '../verbs/cli.ts';

/** As nasty as each place permits: what stands in a URL is escaped there, by rules of its own. */
const SECRETS = {
  PATH_TOKEN: 'pa"th/T0k<e>n',
  QUERY_TOKEN: "qu'ery&T0k=en+1",
  USER: 'us3r-name',
  PASSWORD: 'p@ss/w0rd:%41',
  HEADER: 'h3ader"v\\alue',
  BEARER: 'b3arer/tok+en==',
  BASIC_USER: 'b4sic-user',
  BASIC_PASSWORD: 'b4sic pass"word',
  BODY: 'b0dy\\nse"cret/é',
  TALK: 't4lk se"cret\\x',
} as const;

const PLACES = `
          url: "http://HOST/ECHO/\${PATH_TOKEN}?token=\${QUERY_TOKEN}"
          method: POST
          headers: { x-key: "\${HEADER}" }
          auth: AUTH
          body: "secret=\${BODY}"
`;

/** Rules that fail, and so quote what they saw. */
const RULES = [
  'expect: { status: [418] }',
  'expect: { header: { x-echo: nothing } }',
  'expect: { header: { x-authorization: { matches: "^nothing" } } }',
  'expect: { body: { contains: nothing } }',
  'expect: { body: { is: nothing } }',
  'expect: { json: { $.url: nothing } }',
  'expect: { json: { $.headers.authorization: nothing } }',
  'expect: { json: { "$.headers[\'x-key\']": nothing } }',
  'expect: { json: { $.body: { below: 3 } } }',
  'prefer: { json: { $.body: nothing } }',
  'version: { json: $.url }',
  'version: { json: "$.headers[\'x-key\']" }',
  'version: { header: x-authorization }',
  'redirects: 3',
];

const AUTHS = ['{ bearer: "${BEARER}" }', '{ basic: { user: "${BASIC_USER}", password: "${BASIC_PASSWORD}" } }'];

function services(httpPort: number, tcpPort: number): string {
  const http = RULES.flatMap((rule, index) =>
    AUTHS.map((auth, which) => {
      const probe = PLACES.replace('HOST', `127.0.0.1:${httpPort}`)
        .replace('ECHO', rule.startsWith('redirects') ? 'redirect' : 'echo')
        .replace('AUTH', auth);
      return `  h${index}-${which}:\n    probes:\n      - http:${probe}          ${rule}\n`;
    }),
  );
  const inUrl = `http://\${USER}:\${PASSWORD}@127.0.0.1:${httpPort}/echo/`;
  return `
page: { title: Secrets, url: https://status.example.org }
defaults: { retries: 0, timeout: 5s }
services:
${http.join('')}
  url:
    probes:
      - http: { url: "${inUrl}", expect: { json: { $.headers.authorization: nothing } } }
      - http: { url: "${inUrl}", expect: { status: [500] } }
        name: another
  talk:
    probes:
      - tcp: { host: 127.0.0.1, port: ${tcpPort}, talk: [{ send: "\${TALK}", expect: nothing }] }
  talk-base64:
    probes:
      - tcp: { host: 127.0.0.1, port: ${tcpPort}, talk: [{ send: "b64 \${TALK}", expect: nothing }] }
`;
}

test('secrets in every place, targets that echo, rules that quote', async () => {
  const latin1 = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 4000);
  await using web = await serveHttp(async ({ url = '', headers, method }, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of response.req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const said = JSON.stringify({ url, method, headers, body, plain: `${body} ${decodeURI(url)}` });
    response.writeHead(url.startsWith('/redirect') ? 302 : 200, latin1(`${headers.authorization} ${url} ${body}`), {
      'content-type': 'application/json',
      'x-echo': latin1(said),
      'x-authorization': latin1(headers.authorization ?? ''),
      ...(url.startsWith('/redirect') && { location: `file:///${url}` }),
    });
    response.end(said);
  });
  await using echo = await serveTcp((socket) => {
    socket.once('data', (bytes) => {
      const text = bytes.toString();
      socket.end(text.startsWith('b64 ') ? Buffer.from(text).toString('base64') : bytes);
    });
  });
  await using place = await placeWith(services(web.port, echo.port));
  const outputs = new Map<string, string>();
  for (const args of [['probe'], ['probe', '--json'], ['build'], ['check']]) {
    const { code, stdout, stderr } = await place.run(args, SECRETS);
    expect([args, code === 0 || code === 3, stderr]).toEqual([args, true, '']);
    outputs.set(args.join(' '), stdout + stderr);
  }
  for (const name of await readdir(place.folder, { recursive: true, withFileTypes: true })) {
    const file = join(name.parentPath, name.name);
    if (name.isFile() && name.name !== 'services.yml') outputs.set(file, await readFile(file, 'latin1'));
  }
  expect(outputs.size).toBeGreaterThan(10);
  // Otherwise nothing was echoed, and the test would prove nothing.
  expect(outputs.get('probe')).toContain('***');
  const leaks = [...outputs].flatMap(([where, text]) =>
    Object.entries(SECRETS).flatMap(([name, secret]) =>
      spellings(secret).flatMap((spelling) => {
        const at = text.indexOf(spelling);
        return at < 0 ? [] : [`${name} in ${where}: ${text.slice(Math.max(0, at - 60), at + 60)}`];
      }),
    ),
  );
  expect(leaks).toEqual([]);
}, 300_000);

/** As it is, as URLs, JSON and HTML escape it, and in base64 on its own. */
function spellings(secret: string): string[] {
  const url = new URL('http://x');
  url.pathname = secret;
  url.search = secret;
  const utf8 = Buffer.from(secret);
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;');
  return [
    secret,
    utf8.toString('latin1'),
    encodeURIComponent(secret),
    encodeURI(secret),
    url.pathname.slice(1),
    url.search.slice(1),
    JSON.stringify(secret).slice(1, -1),
    html,
    html.replaceAll('&#34;', '&quot;'),
    utf8.toString('base64').replace(/=+$/, ''),
    utf8.toString('base64url'),
  ];
}
