/**
 * GitHub's runner takes orders from what a step prints: `::name::` where a line begins, and the older `##[name]` anywhere in
 * it. Texts of probed servers and of pull requests are printed, too, and must not give any.
 */

/** As people read it, nearly the same; JSON means exactly what it meant. */
export function withoutCommands(text: string): string {
  if (!text.includes('##[') && !text.includes('::')) return text;
  return text
    .split('\n')
    .map((line) => {
      // No character of JSON outside of strings is a #, so this one is in a string.
      const isJson = /^\s*[{["]/.test(line);
      return line.replaceAll('##[', isJson ? '#\\u0023[' : '## [').replace(/^(\s*):(?=:)/, '$1: ');
    })
    .join('\n');
}

/** For as long as the process lives. */
export function printNoCommands(...streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
    stream.write = (chunk: unknown, ...rest: unknown[]) =>
      write(typeof chunk === 'string' ? withoutCommands(chunk) : chunk, ...rest);
  }
}
