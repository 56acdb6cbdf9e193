import { durationInWords } from '../../../units.ts';
import { defineCheck, ok, problem, warning } from '../check.ts';
import { rateLimit } from '../github.ts';
import { pageAddress } from '../page-address.ts';

const TOLERANCE_MS = 60_000;
/** From there on certificates and incidents are judged by a wrong time. */
const MUCH_MS = 5 * 60_000;

export default defineCheck({
  name: 'clock',
  async ask({ config, ask, github, clocks }) {
    const page = pageAddress(config);
    // Both are asked for other reasons anyway; a canary only where there is neither.
    await Promise.all([github?.get('//rate_limit', rateLimit), page === undefined ? undefined : ask(page)]);
    const canary = config?.canaries.find((address) => /^https?:/.test(address) && !address.includes('${'));
    if (clocks.length === 0 && canary !== undefined) await ask(canary);
    return clocks.map(({ ours, theirs }) => ours - theirs);
  },
  /** Differences in milliseconds. One server that agrees is enough: the others may be wrong themselves. */
  judge(differences) {
    const [least] = [...differences].sort((a, b) => Math.abs(a) - Math.abs(b));
    if (least === undefined) return [];
    if (Math.abs(least) <= TOLERANCE_MS) return [ok('agrees with what servers say')];
    const words = `${durationInWords(Math.abs(least))} ${least > 0 ? 'ahead of' : 'behind'} what servers say`;
    const fix = 'let the machine set its clock by NTP';
    return [Math.abs(least) > MUCH_MS ? problem(words, fix) : warning(words, fix)];
  },
});
