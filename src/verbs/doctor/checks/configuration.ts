import { loadBrand } from '../../../config/load-brand.ts';
import { formatProblem } from '../../../config/problems.ts';
import { plural } from '../../../units.ts';
import { defineCheck, ok, problem } from '../check.ts';

/** `vedette check` says the others. */
const SHOWN = 3;

export default defineCheck({
  name: 'services.yml',
  async ask({ configFile, assumed: { problems }, config }) {
    const brand = config && (await loadBrand(configFile, config.page));
    const all = [...problems, ...(brand && !brand.ok ? brand.problems : [])];
    return {
      file: configFile,
      problems: all.map(formatProblem),
      services: config?.services.length ?? 0,
      probes: config?.services.flatMap(({ probes }) => probes).length ?? 0,
    };
  },
  judge({ file, problems, services, probes }) {
    const fix = `mend it; \`vedette check --config ${file}\` names every problem`;
    const rest = problems.length - SHOWN;
    const found = problems.slice(0, SHOWN).map((words) => problem(words, fix));
    if (rest > 0) found.push(problem(`and ${plural(rest, 'problem')} more`, fix));
    return found.length > 0 ? found : [ok(`valid: ${plural(services, 'service')}, ${plural(probes, 'probe')}`)];
  },
});
