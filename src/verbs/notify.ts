/** `vedette notify`: tell what is due, or try whether channels work. */
import { randomUUID } from 'node:crypto';
import type { Flags, Io, Verb } from '../cli.ts';
import type { Channel } from '../config/notifications.ts';
import { type Delivered, deliver, PACE } from '../effects/deliver.ts';
import { failureInWords } from '../effects/delivery-error.ts';
import { notifyAfterRound } from '../effects/notify.ts';
import { openDeliveries } from '../history/deliveries.ts';
import { readPublished } from '../history/git/read-published.ts';
import { testNotice } from '../notices/notice.ts';
import { publishingTo } from '../round/publishing.ts';
import { plural } from '../units.ts';
import { type Constellation, loadConstellation } from './constellation.ts';
import { CONFIG_OPTION, HISTORY_OPTION } from './history/folder.ts';
import { branchOf, REMOTE_OPTIONS } from './history/target.ts';
import { table } from './table.ts';

export const notify: Verb = {
  summary: 'tell the channels of services.yml what is due, or try them with --test',
  help: `usage: vedette notify [--publish] [--config FILE] [--history DIR]
       vedette notify --test [CHANNEL]

Tells the channels under \`notifications:\` of what the rounds have found and nobody was told of: each channel at most once.
Who was told stands in the history. With --test every channel, or the one named, gets a message that says so.

  --test           try the channels, whatever has happened
  --publish        where several machines tell: claim each message on the branch of the history before it is sent
  --remote NAME    with --publish; default origin
  --branch NAME    with --publish; instead of \`history.branch\`, or of the branch that is checked out
  --config FILE    who is told (default services.yml)
  --history DIR    what happened (default history)

Exit code: 0 all that was due has arrived; 1 something has not, or services.yml has problems; 2 no such channel; 5 the
history could not be published: what was not claimed was not sent, and a later run does it.`,
  operand: 'CHANNEL',
  options: {
    ...CONFIG_OPTION,
    ...HISTORY_OPTION,
    ...REMOTE_OPTIONS,
    test: { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
  },
  async run(flags, io) {
    if (flags.CHANNEL !== undefined && !flags.test) {
      io.stderr.write('vedette: a channel is named with --test only; see: vedette notify --help\n');
      return 2;
    }
    const constellation = await loadConstellation(String(flags.config), io);
    if (!constellation) return 1;
    if (constellation.config.notifications.length === 0) {
      io.stderr.write(`${flags.config} has no notifications; docs/notifications.md shows how to write them\n`);
      return flags.CHANNEL === undefined ? 0 : 2;
    }
    return flags.test ? tryOut(constellation, flags, io) : tellWhatIsDue(constellation, flags, io);
  },
};

/** All at the same time. */
async function tryOut({ config, channels }: Constellation, { CHANNEL }: Flags, io: Io): Promise<number> {
  const tried = config.notifications.filter(({ name }) => CHANNEL === undefined || name === CHANNEL);
  if (tried.length === 0) {
    const known = config.notifications.map(({ name }) => name).join(', ');
    io.stderr.write(`vedette: no channel is called ${JSON.stringify(CHANNEL)}; there are ${known}\n`);
    return 2;
  }
  const signal = AbortSignal.timeout(PACE.channelMs);
  const attempt = async (channel: Channel): Promise<{ channel: Channel; delivered: Delivered }> => {
    const notice = testNotice(config, randomUUID(), Date.now());
    const delivered = await deliver(channels.get(channel.kind)!, channel, notice, {
      pace: PACE,
      signal,
      now: Date.now,
    });
    return { channel, delivered };
  };
  const results = await Promise.all(tried.map(attempt));
  io.stdout.write(
    table(
      ['CHANNEL', 'KIND', 'RESULT', 'ATTEMPTS'],
      results.map(({ channel: { name, kind }, delivered }) => [
        name,
        kind,
        resultInWords(delivered),
        String(delivered.tries),
      ]),
    ),
  );
  return results.every(({ delivered }) => delivered.result === 'sent') ? 0 : 1;
}

function resultInWords({ result, why, code }: Delivered): string {
  if (result === 'sent') return 'arrived';
  return `${result === 'lost' ? 'may not have arrived' : 'failed'}: ${failureInWords(why!, code)}`;
}

async function tellWhatIsDue({ config, channels }: Constellation, flags: Flags, io: Io): Promise<number> {
  const folder = String(flags.history);
  const target = branchOf(flags, config, io);
  const isPublished = flags.publish === true;
  let unpublished = false;
  const cancelled = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => cancelled.abort());
  const tell = notifyAfterRound({
    channels,
    ledger: openDeliveries(folder, Date.now, isPublished ? (paths) => readPublished(target, paths) : undefined),
    run: randomUUID(),
  });
  const { warnings, sent } = await tell.run({
    config,
    now: Date.now,
    signal: cancelled.signal,
    async publish(message) {
      if (!isPublished) return;
      unpublished = true;
      await publishingTo(target).publish(message);
      unpublished = false;
    },
  });
  for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`);
  const lines = [...sent].map(([channel, count]) => `${channel}: ${plural(count, 'message')}\n`);
  io.stdout.write(lines.length === 0 ? 'Nobody was told anything.\n' : lines.join(''));
  if (unpublished) return 5;
  return warnings.length === 0 ? 0 : 1;
}
