/** What a Nagios plugin prints: a line for people, `|`, performance data; then more lines of both. Pure. */

export interface Performance {
  /** Null when the plugin could not determine it. */
  value: number | null;
  /** `s`, `ms`, `%`, `B`, `c` … */
  unit?: string;
  /** Ranges, as the plugin writes them: `10`, `5:10`, `@5:10`. */
  warn?: string;
  crit?: string;
  min?: number;
  max?: number;
}

export interface PluginOutput {
  /** The first line, without performance data; empty when there is none. */
  text: string;
  perfdata: Readonly<Record<string, Performance>>;
}

const MAX_ITEMS = 100;
/** `label=` or `'a label'=`, a quote inside being doubled; then what stands up to the next space. */
const ITEM = /(?:'((?:[^']|'')+)'|([^\s'=]+))=(\S*)/g;
const VALUE = /^(-?\d*[.,]?\d+(?:[eE][+-]?\d+)?|U)([^\d;]*)$/;

export function parsePluginOutput(output: string): PluginOutput {
  const [first = '', ...rest] = output.split('\n');
  const [text, performance] = splitOnce(first);
  // After the next bar, everything is performance data.
  const [, more] = splitOnce(rest.join('\n'));
  const items = [...`${performance} ${more}`.matchAll(ITEM)].slice(0, MAX_ITEMS);
  const perfdata = items.flatMap(([, quoted, plain, fields]): [string, Performance][] => {
    const parsed = parseFields(fields!);
    return parsed ? [[(quoted ?? plain!).replaceAll("''", "'"), parsed]] : [];
  });
  return { text: text.trim(), perfdata: Object.fromEntries(perfdata) };
}

/** `0.012s;1;2;0;10`; undefined for what is none. */
function parseFields(fields: string): Performance | undefined {
  const [first = '', warn = '', crit = '', min = '', max = ''] = fields.split(';');
  const [, value, unit] = VALUE.exec(first) ?? [];
  if (value === undefined) return undefined;
  return {
    value: value === 'U' ? null : toNumber(value)!,
    ...(unit && { unit }),
    ...(warn && { warn }),
    ...(crit && { crit }),
    ...(toNumber(min) !== undefined && { min: toNumber(min)! }),
    ...(toNumber(max) !== undefined && { max: toNumber(max)! }),
  };
}

/** Some plugins write a comma in some languages. */
function toNumber(text: string): number | undefined {
  const number = Number(text.replace(',', '.'));
  return text === '' || !Number.isFinite(number) ? undefined : number;
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('|');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
