import { stat } from 'node:fs/promises';
import { openFolder } from '../../../history/folder.ts';
import { verify } from '../../../history/verify.ts';
import { plural } from '../../../units.ts';
import { defineCheck, ok, problem, warning } from '../check.ts';

export default defineCheck({
  name: 'history',
  async ask({ historyFolder, config }) {
    const info = await stat(historyFolder).catch(() => undefined);
    const verified = info?.isDirectory() ? await verify(openFolder(historyFolder)) : undefined;
    return {
      folder: historyFolder,
      isOther: info !== undefined && !verified,
      verified,
      branch: config?.history.branch,
    };
  },
  judge({ folder, isOther, verified, branch }) {
    if (isOther) return [problem(`${folder} is no folder`, 'move it away, or name another one with --history')];
    if (!verified)
      return [
        warning(
          `there is none in ${folder}`,
          branch === undefined ? 'vedette probe' : `\`vedette history fetch\` brings it from the branch ${branch}`,
        ),
      ];
    const { rounds, days, flaws, unknown } = verified;
    const what = `${plural(rounds, 'round')}, digests of ${plural(days, 'day')}`;
    if (flaws.length > 0) {
      const { path, line, problem: words } = flaws[0]!;
      const first = `${path}${line === undefined ? '' : `:${line}`} ${words}`;
      return [problem(`${plural(flaws.length, 'flaw')} in ${what}; the first: ${first}`, 'vedette history repair')];
    }
    if (unknown.length > 0)
      return [warning(`${plural(unknown.length, 'line')} of a later version of Vedette`, 'update Vedette here')];
    return [ok(`whole: ${what}`)];
  },
});
