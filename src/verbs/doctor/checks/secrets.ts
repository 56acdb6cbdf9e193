import { loadConfig } from '../../../config/load.ts';
import { settingsOf } from '../../../probing/registry.ts';
import { defineCheck, type Finding, ok, problem, warning } from '../check.ts';
import { callersOf } from '../workflow-files.ts';

/** By name only: no value is read further than to see that there is one. */
export default defineCheck({
  name: 'secrets',
  async ask({ configFile, registry, env, isOnActions, workflows }) {
    // With nothing set, every name in the file is missing.
    const bare = await loadConfig(configFile, { kinds: settingsOf(registry), env: {} });
    const names = bare.ok ? [] : [...new Set(bare.problems.flatMap(({ unset }) => unset ?? []))].sort();
    const probing = callersOf(workflows, 'probe', 'run');
    return {
      isOnActions,
      set: names.filter((name) => env[name]),
      unset: names.filter((name) => !env[name]),
      // GitHub gives these by itself.
      notHanded: names.filter(
        (name) =>
          probing.length > 0 && !name.startsWith('GITHUB_') && !probing.some(({ job }) => job.env.includes(name)),
      ),
    };
  },
  judge({ isOnActions, set, unset, notHanded }) {
    const findings: Finding[] = [];
    if (set.length > 0) findings.push(ok(`set here: ${set.join(', ')}`));
    if (unset.length > 0) {
      const words = `not set here: ${unset.join(', ')}`;
      const here = `export ${unset[0]}=…; nothing, if only another machine probes`;
      findings.push(isOnActions ? problem(words, handOn(unset[0]!)) : warning(words, here));
    }
    if (notHanded.length > 0 && !isOnActions)
      findings.push(warning(`no workflow hands on: ${notHanded.join(', ')}`, handOn(notHanded[0]!)));
    return findings;
  },
});

function handOn(name: string): string {
  return `Settings → Secrets and variables → Actions, and \`env: { ${name}: "\${{ secrets.${name} }}" }\` at the step that probes`;
}
