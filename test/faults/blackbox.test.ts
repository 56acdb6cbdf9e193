/** The same faults through prometheus-blackbox-exporter: where the two do not agree, one of them has to say why. */
import { expect, test } from 'vitest';
import { certificates, type TestServer } from '../servers.ts';
import { hasBlackbox, startBlackbox } from './blackbox.ts';
import { probe, type ServedCase, servedCases } from './cases.ts';

/** Where blackbox_exporter 0.23 judges otherwise, and why we do. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  '8 a header of 64 KiB': 'its limit is 1 MiB, ours 16 KiB: more breaks common servers and clients',
  '10 endless body that no rule needs': 'it reads until its deadline; what a visitor needs has arrived long before',
  '13 says gzip, is not, and a rule needs it': 'it matches the bytes as they come; a browser would show an error',
  '15 bare line feeds': 'it forgives them; the standard lets a client do so, proxies and other clients do not',
  '18 a space before the colon': 'it forgives it; RFC 9112 demands a refusal, since requests can be smuggled with it',
  '18 a zero byte in a header': 'it forgives it; RFC 9110 calls it dangerous',
  '22 a length and chunks': 'it prefers the chunks; RFC 9112 suspects an attack',
  '64 429': 'it calls every status outside 200-299 down; here the prober was turned away, not the visitors',
};

const config = (caFile: string): string => `
modules:
  plain: &plain
    prober: http
    timeout: 1500ms
    http: { preferred_ip_protocol: ip4, tls_config: { ca_file: ${caFile} } }
  needle:
    prober: http
    timeout: 1500ms
    http: { preferred_ip_protocol: ip4, fail_if_body_not_matches_regexp: [needle] }
  untrusting:
    prober: http
    timeout: 1500ms
    http: { preferred_ip_protocol: ip4 }
`;

/** Without those that lead through a proxy, and those that have an authority of their own. */
const comparable = servedCases.filter(({ env, title }) => env === undefined && title !== 'SHA-1');

function moduleFor({ rules }: ServedCase): string {
  if (rules?.tls) return 'untrusting';
  return rules?.expect ? 'needle' : 'plain';
}

test.runIf(hasBlackbox)(
  'every difference of verdict is one that we mean',
  async () => {
    const { authority } = await certificates();
    await using blackbox = await startBlackbox(config, authority);
    const askBlackbox = async (fault: ServedCase): Promise<string> => {
      await using server: TestServer = await fault.serve();
      const answer = await fetch(blackbox.probeUrl(moduleFor(fault), fault.url?.(server) ?? server.url));
      return /^probe_success 1$/m.test(await answer.text()) ? 'up' : 'down';
    };
    const rows = await Promise.all(
      comparable.map(async (fault) => {
        const [observation, theirs] = await Promise.all([probe(fault), askBlackbox(fault)]);
        const ours = observation.outcome === 'degraded' ? 'up' : observation.outcome;
        return { name: `${fault.number} ${fault.title}`, ours, theirs, reason: observation.reason ?? '' };
      }),
    );
    const different = rows.filter(({ ours, theirs }) => ours !== theirs);
    const table = different.map(({ name, ours, theirs, reason }) =>
      [name.padEnd(48), `${ours} ${reason}`.padEnd(24), theirs.padEnd(10), DIFFERENCES[name] ?? 'UNEXPECTED'].join(''),
    );
    console.log([`${'case'.padEnd(48)}${'vedette'.padEnd(24)}${'blackbox'.padEnd(10)}why`, ...table].join('\n'));
    expect(different.map(({ name }) => name).sort()).toEqual(Object.keys(DIFFERENCES).sort());
  },
  60_000,
);

test.skipIf(hasBlackbox)('blackbox_exporter is compared with where it is installed', () => {
  console.log('prometheus-blackbox-exporter is not installed: nothing to compare with');
});
