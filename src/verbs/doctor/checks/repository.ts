import { defineCheck, type Finding, ok, warning } from '../check.ts';
import type { Repository } from '../world.ts';

export default defineCheck({
  name: 'repository',
  ask: ({ repository, env }) => ({ repository, runBranch: env.GITHUB_REF_NAME }),
  judge: ({ repository, runBranch }) => judge(repository, runBranch),
});

function judge({ gitVersion, root, branch = '', remotes }: Repository, runBranch = ''): Finding[] {
  if (gitVersion === undefined) return [];
  if (root === undefined)
    return [
      warning(
        'services.yml lies in no git repository, so the history stays on this machine',
        'nothing, if a timer of this machine is all you want; else `git init` and `git remote add origin URL`',
      ),
    ];
  const names = remotes.map(({ name }) => name);
  const current = branch || runBranch;
  const findings: Finding[] = [];
  if (names.length === 0)
    findings.push(warning('there is no remote, so the history stays on this machine', 'git remote add origin URL'));
  else if (!names.includes('origin'))
    findings.push(
      warning(
        `there is no remote called origin, to which \`history publish\` pushes; there is ${names.join(', ')}`,
        `\`history publish --remote ${names[0]}\`, or \`git remote rename ${names[0]} origin\``,
      ),
    );
  if (current === '') findings.push(warning('no branch is checked out', 'git switch main'));
  if (findings.length > 0) return findings;
  const github = remotes.find(({ name }) => name === 'origin')?.github;
  return [ok(`branch ${current}, remote origin${github ? ` (github.com/${github})` : ''}`)];
}
