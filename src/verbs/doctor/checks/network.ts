import { networkInterfaces } from 'node:os';
import { isHostedRunner } from '../../../probing/environment.ts';
import { ping } from '../../../probing/ping.ts';
import { runProgram } from '../../../probing/run-program.ts';
import { defineCheck, type Finding, ok, warning } from '../check.ts';

const TIMEOUT_MS = 5000;

/** What not every machine can: a warning only where a probe needs it. */
export default defineCheck({
  name: 'network',
  async ask({ env, config }) {
    const probes = (config?.services ?? []).flatMap(({ id, probes }) =>
      probes.map((probe) => ({ ...probe, service: id })),
    );
    const needing = (test: (probe: (typeof probes)[number]) => boolean): string[] => [
      ...new Set(probes.filter(test).map(({ service }) => service)),
    ];
    return {
      icmp: { why: await whyNoIcmp(env), needs: needing(({ kind }) => kind === 'icmp') },
      ipv6: {
        why: hasIpv6() ? undefined : 'this machine has no address that leads away from it',
        needs: needing(({ settings }) => (settings as { family?: unknown } | null)?.family === 6),
      },
    };
  },
  judge: ({ icmp, ipv6 }) => [judge('ICMP', icmp), judge('IPv6', ipv6)],
});

function judge(what: string, { why, needs }: { why: string | undefined; needs: readonly string[] }): Finding {
  if (why === undefined) return ok(`${what} is possible`);
  if (needs.length === 0) return ok(`${what} is not possible here (${why}), and no probe needs it`);
  return warning(
    `${what} is not possible here (${why}), but needed by ${needs.join(', ')}: unknown, never up`,
    'probe by TCP or HTTP over IPv4, or from another machine',
  );
}

async function whyNoIcmp(env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  if (isHostedRunner(env)) return "GitHub's own runners let no ICMP out";
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const pinged = await ping({ address: '127.0.0.1', family: 4 }, 1, {
      signal,
      runProgram: (program) => runProgram(program, { folder: '.', env, signal }),
      isHostedRunner: false,
    });
    return pinged.answered ? undefined : pinged.message;
  } catch (error) {
    if (signal.aborted) return 'ping did not end';
    throw error;
  }
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((list) =>
    list?.some(({ internal, family, address }) => !internal && family === 'IPv6' && !address.startsWith('fe80:')),
  );
}
