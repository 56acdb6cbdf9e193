/** Asks a person at a terminal, one line at a time. */
import { createInterface } from 'node:readline/promises';

export interface Asking {
  /** What was typed, or what stands in brackets when nothing was. */
  text(question: string, usual?: string): Promise<string>;
  yes(question: string, usual: boolean): Promise<boolean>;
  close(): void;
}

/** The person went away: end of input, or Ctrl-C. */
export class GoneError extends Error {}

export function askOnTerminal(): Asking {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const gone = new AbortController();
  lines.on('close', () => gone.abort());
  const text = async (question: string, usual = ''): Promise<string> => {
    const shown = usual === '' ? `${question}: ` : `${question} [${usual}]: `;
    try {
      return (await lines.question(shown, { signal: gone.signal })).trim() || usual;
    } catch (error) {
      if (gone.signal.aborted) throw new GoneError();
      throw error;
    }
  };
  return {
    text,
    yes: async (question, usual) =>
      /^y/i.test((await text(`${question} (${usual ? 'Y/n' : 'y/N'})`)) || (usual ? 'y' : 'n')),
    close: () => lines.close(),
  };
}
