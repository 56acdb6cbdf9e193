/** ICMP echo by the system's `ping`: Node opens no such sockets, and the program has the permission. */
import { networkInterfaces } from 'node:os';
import type { Reason } from '../model.ts';
import type { ProbeContext } from './define-probe.ts';
import type { Address } from './resolve.ts';
import type { ProgramRun } from './run-program.ts';

export type Pinged =
  | { answered: true; sent: number; received: number; rttMs?: number }
  | { answered: false; reason: Reason; message: string; sent?: number };

/** Where the program runs, as far as it matters. */
export interface PingSurroundings {
  /** Whether an interface that leads away from this machine has an address of the family. */
  hasFamily: boolean;
  /** GitHub's own runners let no ICMP out. */
  isHostedRunner: boolean;
}

const INTERVAL_S = 0.2;
const WAIT_S = 2;

export async function ping(
  { address, family }: Address,
  count: number,
  { signal, runProgram, isHostedRunner }: Pick<ProbeContext, 'signal' | 'runProgram' | 'isHostedRunner'>,
): Promise<Pinged> {
  const isMac = process.platform === 'darwin';
  const path = isMac && family === 6 ? 'ping6' : 'ping';
  const wait = isMac ? (family === 6 ? [] : ['-W', String(WAIT_S * 1000)]) : [`-${family}`, '-W', String(WAIT_S)];
  const interval = count > 1 ? ['-i', String(INTERVAL_S)] : [];
  const args = ['-c', String(count), ...interval, ...wait, address];
  const run = await runProgram({ path, args, env: { LC_ALL: 'C' } }, signal);
  return judgePing(run, {
    hasFamily: isLocal(address) || hasInterface(family),
    isHostedRunner: isHostedRunner && !isLocal(address),
  });
}

/** Down only when requests went out and nothing, or an error on the way, came back; whatever else is ours. */
export function judgePing(run: ProgramRun, { hasFamily, isHostedRunner }: PingSurroundings): Pinged {
  const failed = (reason: Reason, message: string) => ({ answered: false, reason, message }) as const;
  if (!run.started) return failed('unsupported-here', `ICMP needs the program ping: ${run.message}`);
  const text = `${run.stdout}\n${run.stderr}`;
  const statistics = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(run.stdout);
  const [sent, received] = statistics ? [Number(statistics[1]), Number(statistics[2])] : [0, 0];
  if (received > 0) {
    const average = /(?:rtt|round-trip) min\/avg\/max\S* = [\d.]+\/([\d.]+)\//.exec(run.stdout)?.[1];
    return { answered: true, sent, received, ...(average !== undefined && { rttMs: Number(average) }) };
  }
  if (/operation not permitted|permission denied|lacking privilege|must be root/i.test(run.stderr))
    return failed('unsupported-here', 'this machine does not permit ping');
  if (/address family|cannot assign|invalid source/i.test(run.stderr) || (isNoRoute(text) && !hasFamily))
    return failed('unsupported-here', 'this machine has no network of the address family');
  if (isHostedRunner) return failed('unsupported-here', "GitHub's own runners let no ICMP out");
  const unreachable =
    /[a-z][a-z :]*unreachable[\w :]*|time to live exceeded|no route to host|packet filtered/i.exec(run.stdout)?.[0] ??
    /network is unreachable|no route to host/i.exec(run.stderr)?.[0];
  if (unreachable && (sent > 0 || isNoRoute(text)))
    return {
      ...failed('unreachable', `no echo came back: ${unreachable.toLowerCase()}`),
      sent,
    };
  if (sent > 0) return { ...failed('timeout', `none of ${sent} echo requests was answered`), sent };
  const said = firstLine(run.stderr) || firstLine(run.stdout) || `exit status ${run.exitCode}`;
  return failed('unsupported-here', `ping does not work here: ${said}`);
}

function isNoRoute(text: string): boolean {
  return /network is unreachable|no route to host/i.test(text);
}

function firstLine(text: string): string {
  return text
    .trim()
    .split('\n')[0]!
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, 200);
}

function isLocal(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function hasInterface(family: 4 | 6): boolean {
  return Object.values(networkInterfaces()).some((list) =>
    list?.some((entry) => !entry.internal && entry.family === `IPv${family}` && !entry.address.startsWith('fe80:')),
  );
}
