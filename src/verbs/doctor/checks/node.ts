import { defineCheck, ok, problem } from '../check.ts';

const NEEDED = 24;

export default defineCheck({
  name: 'node',
  ask: () => process.versions.node,
  judge(version) {
    if (Number.parseInt(version, 10) >= NEEDED) return [ok(version)];
    return [problem(`Node ${version} is too old`, `install Node ${NEEDED} or newer from https://nodejs.org`)];
  },
});
