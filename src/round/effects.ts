/** Effects one after the other, each within its time: one that throws or hangs stops neither another nor the round. */
import type { EffectContext, EffectReport } from '../effects/effect.ts';
import { redact } from '../probing/redact.ts';

/** An effect with its context, whatever that is beside what all have. */
interface Effect<Context> {
  name: string;
  run(context: Context): Promise<EffectReport>;
}

export interface Ran {
  warnings: string[];
  /** One did not end when it was told to, and may still hold the process. */
  isLeftBehind: boolean;
}

export interface EffectLimits {
  /** Kept out of what an error says. */
  secrets: readonly string[];
  /** For each. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;
/** For one that has heard that its time is over to end by itself. */
const GRACE_MS = 2000;

export async function runEffects<Context extends EffectContext>(
  effects: readonly Effect<Context>[],
  context: Omit<Context, 'signal'>,
  { secrets, timeoutMs = TIMEOUT_MS }: EffectLimits,
): Promise<Ran> {
  const ran: Ran = { warnings: [], isLeftBehind: false };
  for (const effect of effects) {
    const controller = new AbortController();
    // The caller has given all but the signal.
    const given = { ...context, signal: controller.signal } as Context;
    const ended = await within(timeoutMs, controller, () => effect.run(given));
    if (ended.outcome === 'left-behind') ran.isLeftBehind = true;
    const said = ended.outcome === 'done' ? ended.warnings : [`${effect.name}: ${ended.problem}`];
    ran.warnings.push(...redact([...said], secrets));
  }
  return ran;
}

type Ended = { outcome: 'done'; warnings: readonly string[] } | { outcome: 'failed' | 'left-behind'; problem: string };

async function within(timeoutMs: number, controller: AbortController, run: Effect<void>['run']): Promise<Ended> {
  const overdue = `took longer than ${timeoutMs / 1000} s and was given up`;
  const timer = setTimeout(() => controller.abort(new DOMException(overdue, 'TimeoutError')), timeoutMs);
  const { promise: leftBehind, resolve } = Promise.withResolvers<Ended>();
  const last = setTimeout(() => resolve({ outcome: 'left-behind', problem: overdue }), timeoutMs + GRACE_MS);
  try {
    return await Promise.race([finish(run, controller.signal, overdue), leftBehind]);
  } finally {
    clearTimeout(timer);
    clearTimeout(last);
  }
}

/** Also of one that throws before it has a promise to give. */
async function finish(run: Effect<void>['run'], signal: AbortSignal, overdue: string): Promise<Ended> {
  try {
    const { warnings } = await run();
    return { outcome: 'done', warnings };
  } catch (error) {
    if (signal.aborted) return { outcome: 'failed', problem: overdue };
    return { outcome: 'failed', problem: error instanceof Error ? error.message : String(error) };
  }
}
