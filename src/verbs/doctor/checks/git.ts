import { defineCheck, ok, problem } from '../check.ts';

/** Since then `rev-parse --path-format` is known, which publishing asks. */
const NEEDED = [2, 31] as const;

export default defineCheck({
  name: 'git',
  ask: ({ repository }) => repository.gitVersion,
  judge(said) {
    const fix = `install git ${NEEDED.join('.')} or newer, or add its folder to PATH`;
    const [, version = '', major, minor] = /(( ?\d+)\.(\d+)[\w.]*)/.exec(said ?? '') ?? [];
    if (version === '') return [problem('git cannot be started here; the history is published with it', fix)];
    const isNew = Number(major) > NEEDED[0] || (Number(major) === NEEDED[0] && Number(minor) >= NEEDED[1]);
    return [isNew ? ok(version.trim()) : problem(`git ${version.trim()} is too old`, fix)];
  },
});
