/** `npm run bench [-- probing|job|history|replay|site|status]`: prints ratios against a baseline measured beside it, in the same minutes. */
import { benchHistory } from './history.ts';
import { benchJob } from './job.ts';
import { benchProbing } from './probing.ts';
import { benchReplay } from './replay.ts';
import { benchSite } from './site.ts';
import { benchStatus } from './status.ts';

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  probing: benchProbing,
  job: benchJob,
  history: benchHistory,
  replay: benchReplay,
  site: benchSite,
  status: benchStatus,
};

const wanted = process.argv.slice(2);
const stranger = wanted.find((name) => !Object.hasOwn(BENCHES, name));
if (stranger !== undefined) {
  process.stderr.write(`no bench is called ${stranger}; there are: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench();
}
