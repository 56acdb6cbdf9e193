import { DAY_MS } from '../../../history/days.ts';
import { openFolder } from '../../../history/folder.ts';
import { survey } from '../../../history/survey.ts';
import { defineCheck, type Finding, ok, warning } from '../check.ts';

/** From there on clones take longer than they should. */
const MUCH = 500_000_000;
/** States are worked out from the rounds of so many days. */
const LEAST_RAW_DAYS = 2;

export default defineCheck({
  name: 'size',
  async ask({ historyFolder, config }) {
    const result = await survey(openFolder(historyFolder)).catch(() => undefined);
    if (!result?.span || !config) return undefined;
    const { rawMs, hourlyMs } = config.history.keep;
    return {
      bytes: Object.values(result.bytes).reduce((sum, size) => sum + size, 0),
      rawDays: rawMs / DAY_MS,
      hourlyDays: hourlyMs / DAY_MS,
    };
  },
  judge(facts) {
    if (!facts) return [];
    const { bytes, rawDays, hourlyDays } = facts;
    const size = `${(bytes / 1e6).toFixed(1)} MB`;
    const kept = `rounds are kept for ${inDays(rawDays)}, hours for ${inDays(hourlyDays)}, days for ever`;
    const findings: Finding[] = [];
    if (rawDays < LEAST_RAW_DAYS)
      findings.push(
        warning(
          `rounds are kept for ${inDays(rawDays)}, states are worked out from those of ${LEAST_RAW_DAYS} days`,
          `history: { keep: { raw: ${LEAST_RAW_DAYS}d } } or more`,
        ),
      );
    if (bytes > MUCH)
      findings.push(
        warning(`${size}; ${kept}`, 'shorten `history.keep`, and `vedette history squash` a branch of its own'),
      );
    return findings.length > 0 ? findings : [ok(`${size}; ${kept}`)];
  },
});

function inDays(days: number): string {
  return `${Number(days.toFixed(1))} d`;
}
