/** Columns for a terminal. What strangers wrote must not steer it. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const plain = rows.map((row) => row.map((cell) => cell.replaceAll(/[\p{Cc}\p{Cf}]/gu, '')));
  const widths = header.map((title, column) => Math.max(title.length, ...plain.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `${cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()}\n`;
  return [header, ...plain].map(line).join('');
}
