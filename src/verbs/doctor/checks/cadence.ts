import { DAY_MS } from '../../../history/days.ts';
import { ageOf, wholeRounds } from '../../../status/age.ts';
import { durationInWords, plural } from '../../../units.ts';
import { defineCheck, ok, warning } from '../check.ts';
import { scheduledFiles } from '../workflow-files.ts';
import { OBSERVED_DAYS } from '../world.ts';

/** Fewer gaps are chance. */
const LEAST_ROUNDS = 5;
/** What GitHub's schedule delivers on ordinary days: nine in ten gaps are shorter. */
const USUAL_ON_GITHUB_MS = 60 * 60_000;

export default defineCheck({
  name: 'cadence',
  async ask({ rounds, config, workflows, isOnActions }) {
    if (!config) return undefined;
    const times = wholeRounds(config, await rounds());
    const recent = times.filter((at) => at >= times.at(-1)! - OBSERVED_DAYS * DAY_MS);
    return {
      rounds: recent.length,
      everyMs: config.schedule.everyMs,
      gaps: ageOf(recent, config.schedule.everyMs)?.gaps,
      isGitHub: isOnActions || scheduledFiles(workflows).length > 0,
    };
  },
  judge(facts) {
    if (!facts?.gaps) return [];
    const { rounds, everyMs, gaps, isGitHub } = facts;
    if (rounds < LEAST_ROUNDS) return [ok(`not known yet, after ${plural(rounds, 'round')}`)];
    const words = durationInWords;
    const seen = `a round every ${words(gaps.p50Ms)} (median; nine in ten gaps are within ${words(gaps.p90Ms)})`;
    if (gaps.p90Ms <= 2 * everyMs) return [ok(`${seen}, ${words(everyMs)} are wanted`)];
    const late = `${seen} instead of ${words(everyMs)}`;
    if (!isGitHub) return [warning(late, 'look whether the timer runs, or set `schedule.every` to what it does')];
    const effort = `${late}: GitHub's schedule is best effort`;
    if (gaps.p90Ms <= Math.max(USUAL_ON_GITHUB_MS, 2 * everyMs)) return [ok(effort)];
    return [
      warning(
        effort,
        'let another timer start the workflow, or run rounds elsewhere; see docs/operations.md, Any timer',
      ),
    ];
  },
});
