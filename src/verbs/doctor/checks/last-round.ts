import { type Age, ageOf, wholeRounds } from '../../../status/age.ts';
import { durationInWords, instantInWords } from '../../../units.ts';
import { defineCheck, type Finding, ok, problem, warning } from '../check.ts';

/** A clock may be so much ahead of another. */
const TOLERANCE_MS = 60_000;

export default defineCheck({
  name: 'last round',
  async ask({ rounds, config, now, historyFolder }) {
    const age = config && ageOf(wholeRounds(config, await rounds()), config.schedule.everyMs);
    return { age, now, isReadable: config !== undefined, historyFolder };
  },
  judge({ age, now, isReadable, historyFolder }) {
    if (!isReadable) return [];
    if (!age) return [warning(`there is none in ${historyFolder}`, 'vedette probe')];
    return [judge(age, now)];
  },
});

function judge({ probedAt, staleAfterMs, unknownAfterMs }: Age, now: number): Finding {
  const old = now - probedAt;
  const at = instantInWords(probedAt);
  if (old < -TOLERANCE_MS)
    return problem(`of ${at}, which is in the future`, 'set the clock of the machine that probes, or of this one');
  const words = `${durationInWords(Math.max(0, old))} ago (${at})`;
  const fix =
    'see whether the timer runs: `vedette probe` by hand, and the last runs of the workflow; or `git pull` here';
  if (old >= unknownAfterMs)
    return problem(`${words}; since ${durationInWords(unknownAfterMs)} the page says that nothing is known`, fix);
  if (old >= staleAfterMs)
    return warning(`${words}; since ${durationInWords(staleAfterMs)} the page calls it old`, fix);
  return ok(`${words}; the page calls it old after ${durationInWords(staleAfterMs)}`);
}
