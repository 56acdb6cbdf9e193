/** One thing that the doctor looks at: it asks for facts, and then judges them without asking anybody. */
import type { World } from './world.ts';

/** What was found, in one sentence; whatever is not in order comes with what to do. */
export type Finding = { level: 'ok'; message: string } | { level: Exclude<Level, 'ok'>; message: string; fix: string };

export const LEVELS = ['ok', 'warning', 'problem'] as const;
export type Level = (typeof LEVELS)[number];

export interface Check<Facts> {
  /** A word or two, before each of its findings. */
  name: string;
  ask(world: World): Facts | Promise<Facts>;
  /** Pure. Nothing, where the question does not arise. */
  judge(facts: Facts): Finding[];
}

export function defineCheck<Facts>(check: Check<Facts>): Check<Facts> & RunnableCheck {
  return { ...check, run: async (world) => check.judge(await check.ask(world)) };
}

/** With facts of any kind. */
export interface RunnableCheck {
  name: string;
  run(world: World): Promise<Finding[]>;
}

export const ok = (message: string): Finding => ({ level: 'ok', message });
export const warning = (message: string, fix: string): Finding => ({ level: 'warning', message, fix });
export const problem = (message: string, fix: string): Finding => ({ level: 'problem', message, fix });
