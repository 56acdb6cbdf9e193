/** Lines from the keyboard, or from a pipe, become what happens to the constellation. */
import { createInterface } from 'node:readline';
import { COMMANDS_HELP, type Command, parseCommand } from './commands.ts';
import type { Constellation } from './constellation.ts';
import { perform } from './story.ts';

export interface KeyboardOptions {
  constellation: Constellation;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  /** The story begins again. */
  replay(): void;
  quit(): void;
}

/** Obeys one line after the other until it is disposed of. */
export function listenToKeyboard({ stdin, stdout, quit, ...options }: KeyboardOptions): Disposable {
  const lines = createInterface({ input: stdin });
  const services = [...options.constellation.outerPorts.keys()];
  const listen = async (): Promise<void> => {
    for await (const line of lines) {
      const command = parseCommand(line, services);
      if (command.kind === 'quit') return quit();
      if (command.kind === 'nothing') continue;
      const answer = await obey(command, options).catch((error: Error) => `It did not work: ${error.message}.`);
      stdout.write(`${answer}\n\n`);
    }
    // The end of a pipe only means that there is nothing more to do; Ctrl-D in a terminal means goodbye.
    if (stdin.isTTY) quit();
  };
  void listen();
  return { [Symbol.dispose]: () => lines.close() };
}

type Order = Exclude<Command, { kind: 'quit' } | { kind: 'nothing' }>;

/** Does it, and says what was done. */
async function obey(
  command: Order,
  { constellation, replay }: Pick<KeyboardOptions, 'constellation' | 'replay'>,
): Promise<string> {
  switch (command.kind) {
    case 'mistake':
      return command.message;
    case 'help':
      return COMMANDS_HELP;
    case 'replay':
      await constellation.restore();
      replay();
      return 'Everything is repaired; the story begins again with the next round.';
    case 'network':
      await perform({ kind: 'network', isUp: !constellation.hasNetwork }, constellation);
      return constellation.hasNetwork
        ? 'The prober has its network back.'
        : 'The prober has lost its network; the platform goes on working.';
    default:
      await perform(command, constellation);
      return DONE[command.kind](command.service);
  }
}

const DONE = {
  break: (service: string) => `${service} is broken; the next round will see it.`,
  repair: (service: string) => `${service} is repaired.`,
  slow: (service: string) => `${service} is slow now.`,
} as const;
