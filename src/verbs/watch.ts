/** `vedette watch`: round after round on a machine of one's own. */
import type { Verb } from '../cli.ts';
import { keepPace } from '../round/pace.ts';
import { loadConstellation } from './constellation.ts';
import { LOCATION_OPTION, locationOf } from './round-id.ts';
import { hasMistakes, ROUND_HELP, ROUND_OPTIONS, roundsOf } from './rounds.ts';
import { recordRound } from './run.ts';

export const watch: Verb = {
  summary: 'run a round at every `schedule.every`, until it is told to stop',
  help: `usage: vedette watch [--config FILE] [--history DIR] [--location ID] [--build DIR] [--no-publish]

Does what \`vedette run\` does, at a steady pace, for machines without a timer. Rounds do not overlap; when one takes longer
than \`schedule.every\`, those that it covers are left out. services.yml is read again for each round. At the first SIGTERM
or SIGINT it ends the round that runs, publishes it and goes; at the second it cuts the round short.

${ROUND_HELP}
  --location ID    which of the \`locations\` this is (default $VEDETTE_LOCATION, or a name for here)

Exit code: 0 told to stop; 1 it could not begin, as services.yml is wrong; 2 usage. What a round ends with is said, and
the next one tries again.`,
  options: { ...ROUND_OPTIONS, ...LOCATION_OPTION },
  async run(flags, io) {
    if (hasMistakes(flags, io, 'watch')) return 2;
    const constellation = await loadConstellation(String(flags.config), io);
    if (!constellation) return 1;
    if (locationOf(flags, constellation.config, io) === undefined) return 2;
    const stopping = new AbortController();
    const cancelled = new AbortController();
    const stop = (): void => {
      if (stopping.signal.aborted) cancelled.abort(new DOMException('the round was cancelled', 'AbortError'));
      else io.stderr.write('Stopping after this round; once more cuts it short.\n');
      stopping.abort();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
    const play = roundsOf(flags, io);
    let { everyMs } = constellation.config.schedule;
    let isLeftBehind = false;
    const pace = { everyMs: () => everyMs, signal: stopping.signal, monotonic: () => performance.now() };
    // Each round is of another run: there is nobody who would start one again.
    const { VEDETTE_RUN_ID: _, GITHUB_RUN_ID: __, ...env } = io.env;
    await keepPace(pace, async () => {
      const end = await play(recordRound(flags, { ...io, env }, { number: 1, signal: cancelled.signal }));
      everyMs = end.everyMs;
      isLeftBehind ||= end.isLeftBehind;
    });
    io.stdout.write('Stopped.\n');
    // What did not end when it was told to would keep the process for ever.
    if (isLeftBehind) process.exit(0);
    return 0;
  },
};
