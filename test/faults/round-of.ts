/** A round in a process of its own, with what it took. */
import { fileURLToPath } from 'node:url';
import type { ChildRound, RoundOfGroups } from './child-round.ts';
import { spawned } from './spawned.ts';

const CHILD = fileURLToPath(new URL('./child-round.ts', import.meta.url));

export async function roundOf(round: RoundOfGroups): Promise<ChildRound> {
  const { code, stdout, stderr } = await spawned(process.execPath, [CHILD, JSON.stringify(round)]);
  if (code !== 0) throw new Error(`the round ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as ChildRound;
}
