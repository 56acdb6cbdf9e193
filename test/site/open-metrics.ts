/** The grammar of OpenMetrics text, and the rules of its types as far as we use them; returns what is wrong, in words. */

interface Family {
  type: string;
  unit: string;
  hasHelp: boolean;
}

const TYPE_LINE =
  /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|gaugehistogram|stateset|info|summary|unknown)$/;
const UNIT_LINE = /^# UNIT ([a-zA-Z_:][a-zA-Z0-9_:]*) ([a-zA-Z0-9_:]*)$/;
const HELP_LINE = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\"\n]|\\["\\n])*)$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\\"\n]|\\["\\n])*)"(?:,|$)/y;
const SUFFIXES: Record<string, readonly string[]> = { info: ['_info'], summary: ['', '_count', '_sum'] };

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export function parseMetrics(text: string): { samples: Sample[]; problems: string[] } {
  const samples: Sample[] = [];
  const problems: string[] = [];
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current = '';
  if (!text.endsWith('\n# EOF\n')) problems.push('no # EOF at the end');
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, typed, type = ''] = TYPE_LINE.exec(line) ?? [];
    const [, united, unit = ''] = UNIT_LINE.exec(line) ?? [];
    const [, helped] = HELP_LINE.exec(line) ?? [];
    const [, name, labelText, value] = SAMPLE.exec(line) ?? [];
    if (typed !== undefined) {
      if (families.has(typed)) problems.push(`${typed} comes twice`);
      families.set(typed, { type, unit: '', hasHelp: false });
      current = typed;
    } else if (united !== undefined) {
      if (united !== current || !united.endsWith(`_${unit}`)) problems.push(`unit of ${united}`);
    } else if (helped !== undefined) {
      if (helped !== current || families.get(helped)!.hasHelp) problems.push(`help of ${helped}`);
      families.get(current)!.hasHelp = true;
    } else if (name !== undefined) {
      const { type } = families.get(current)!;
      const labels = labelsOf(labelText ?? '');
      if (!labels) problems.push(`labels: ${line}`);
      else samples.push({ name, labels, value: Number(value) });
      if (!(SUFFIXES[type] ?? ['']).some((suffix) => name === current + suffix)) problems.push(`${name} in ${current}`);
      if (type === 'stateset' && (labels?.[current] === undefined || !['0', '1'].includes(value!))) problems.push(line);
      if (type === 'info' && value !== '1') problems.push(line);
      if (type === 'summary' && name === current && !(Number(labels?.quantile) >= 0)) problems.push(line);
      if (seen.has(`${name}{${labelText}`)) problems.push(`twice: ${line}`);
      seen.add(`${name}{${labelText}`);
    } else problems.push(`no line of OpenMetrics: ${line}`);
  }
  return { samples, problems };
}

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, key, value] = LABEL.exec(text) ?? [];
    if (key === undefined || key in labels) return undefined;
    labels[key] = value!.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
  }
  return labels;
}
