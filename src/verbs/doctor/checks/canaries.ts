import { parseCanary } from '../../../config/canaries.ts';
import { canaryTasks } from '../../../probing/canaries.ts';
import { runProbes } from '../../../probing/runner.ts';
import { surroundingsOf } from '../../constellation.ts';
import { defineCheck, ok, problem, warning } from '../check.ts';

const LONGEST_MS = 15_000;

export default defineCheck({
  name: 'canaries',
  async ask({ config, assumed, configFile, env, registry, isOnActions }) {
    // One with a secret in it that is not here cannot be asked, and is counted with the secrets.
    const canaries = (config?.canaries ?? []).flatMap((address) => {
      const canary = parseCanary(address);
      return 'problem' in canary ? [] : [canary];
    });
    const tasks = canaryTasks(canaries, registry).map((task) => ({ ...task, retries: 0 }));
    const observations = await runProbes(tasks, {
      surroundings: surroundingsOf(configFile, env),
      concurrency: tasks.length,
      secrets: assumed.loaded?.secrets ?? [],
      signal: AbortSignal.timeout(LONGEST_MS),
      now: Date.now,
      monotonic: () => performance.now(),
    });
    return {
      isReadable: config !== undefined,
      isOnActions,
      total: config?.canaries.length ?? 0,
      answers: observations.map(({ outcome, message }) => ({ answered: outcome === 'up', message })),
    };
  },
  judge({ isReadable, isOnActions, total, answers }) {
    if (!isReadable) return [];
    if (total === 0) {
      if (isOnActions) return [ok("none named, so GitHub's API is the one")];
      const fix = 'canaries: [https://…], two or three addresses that are always there';
      return [warning('none, so a failure of our own network is only guessed', fix)];
    }
    const silent = answers.filter(({ answered }) => !answered);
    const fix = 'see whether this machine has a network, and whether the address is right';
    if (answers.length > 0 && silent.length === answers.length)
      return [problem(`none of ${answers.length} answers: ${silent[0]!.message}`, fix)];
    if (silent.length > 0)
      return [warning(`${silent.length} of ${answers.length} do not answer: ${silent[0]!.message}`, fix)];
    return answers.length === 0 ? [] : [ok(`${answers.length} of ${total} answer`)];
  },
});
