import { shortJobFix, shortJobInWords, shortJobs } from '../../job-time.ts';
import { defineCheck, type Finding, ok, problem, warning } from '../check.ts';
import { callersOf, scheduledFiles, WORKFLOWS, type WorkflowFile } from '../workflow-files.ts';

export default defineCheck({
  name: 'workflows',
  ask: ({ workflows, repository, isOnActions, config }) => ({
    files: workflows,
    schedule: config?.schedule ?? { everyMs: 0, rounds: 1 },
    isOnGitHub: isOnActions || repository.remotes.some(({ github }) => github !== undefined),
  }),
  judge({ files, isOnGitHub, schedule }) {
    const findings: Finding[] = files.flatMap(({ path, problem: why }) =>
      why === undefined ? [] : [problem(`${path} ${why}`, 'mend it, or copy it from Vedette: `vedette init --github`')],
    );
    const scheduled = scheduledFiles(files);
    if (scheduled.length === 0) {
      if (!isOnGitHub) return [...findings, ok('none, so another timer runs the rounds')];
      const words = `no file in ${WORKFLOWS} probes by a schedule`;
      const fix = '`vedette init --github` writes them; nothing, if another timer runs the rounds';
      return [...findings, (callersOf(files, 'probe', 'run').length > 0 ? problem : warning)(words, fix)];
    }
    findings.push(...missing(files), ...scheduled.flatMap(fullHours));
    for (const short of shortJobs(schedule, files))
      findings.push(problem(shortJobInWords(short, schedule), shortJobFix(short)));
    return findings.length > 0 ? findings : [ok(`${scheduled.map(({ path }) => path).join(', ')} by schedule`)];
  },
});

function missing(files: readonly WorkflowFile[]): Finding[] {
  if (callersOf(files, 'run').length > 0) return [];
  const needed = { 'history publish': 'keeps what was seen', build: 'builds the page' };
  return Object.entries(needed)
    .filter(([verb]) => callersOf(files, verb).length === 0)
    .map(([verb, what]) =>
      problem(
        `no workflow calls \`${verb}\`, which ${what}`,
        'compare with the workflows of Vedette: `vedette init --github`',
      ),
    );
}

function fullHours({ path, crons }: WorkflowFile): Finding[] {
  const early = crons.find((cron) => /^(\*|0\b)/.test(cron.trim()));
  if (early === undefined) return [];
  return [
    warning(
      `${path} fires at the full hour ("${early}"), when most jobs wait`,
      'begin a few minutes later, as "3-58/5 * * * *"',
    ),
  ];
}
