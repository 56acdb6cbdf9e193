/** `vedette build` in a process of its own, as anyone would start it. Prints what it took. */
import { build } from '../../src/verbs/build.ts';

const [config, history, out] = process.argv.slice(2) as [string, string, string];
const quiet = Object.assign(Object.create(process.stdout), { write: () => true });
const code = await build.run({ config, history, out }, { env: process.env, stdout: quiet, stderr: process.stderr });
if (code !== 0) throw new Error(`the build ended with ${code}`);
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
process.stdout.write(JSON.stringify({ peakBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
