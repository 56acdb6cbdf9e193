/** docs/configuration.md from the editor's schema: every key, what it means, its default. */
import { asMapping, type JsonSchema } from './editor-schema.ts';

export function reference(schema: JsonSchema): string {
  const lines = [
    '# services.yml, key by key',
    '',
    'Made by `npm run vedette -- schema --markdown` from the schema itself; do not edit it by hand.',
    'Durations are written like `500ms`, `5s`, `2m`, `1h`, `14d`, sizes like `64KiB`; `${NAME}` in any text is read from',
    'the environment, and `$${` is a literal `${`.',
    '',
  ];
  section(schema, '', lines);
  return `${lines.join('\n').trimEnd()}\n`;
}

function section(schema: JsonSchema, path: string, lines: string[]): void {
  const { properties = {} } = asMapping(schema);
  const keys = Object.entries(properties);
  if (path !== '') lines.push(`## \`${path}\``, '', ...(schema.description ? [schema.description, ''] : []));
  lines.push('| key | value | meaning |', '| --- | --- | --- |');
  for (const [key, property] of keys)
    lines.push(`| \`${key}\` | ${cell(valueInWords(property))} | ${cell(meaningOf(property))} |`);
  lines.push('');
  for (const [key, property] of keys) {
    const inner = partOf(property);
    if (inner) section(inner.schema, `${path ? `${path}.` : ''}${key}${inner.suffix}`, lines);
  }
}

/** The mapping inside a property, if it has keys of its own to explain. */
function partOf(property: JsonSchema): { schema: JsonSchema; suffix: string } | undefined {
  const mapping = asMapping(property);
  if (mapping.properties)
    return { schema: { ...mapping, ...(property.description && { description: property.description }) }, suffix: '' };
  if (mapping.items && asMapping(mapping.items).properties && !isRule(mapping.items))
    return { schema: mapping.items, suffix: '[]' };
  const values = mapping.additionalProperties;
  if (typeof values === 'object' && asMapping(values).properties && !isRule(values))
    return { schema: values, suffix: '.<name>' };
  return undefined;
}

function valueInWords(property: JsonSchema): string {
  if (isRule(property)) return 'rule or list of rules';
  const mapping = asMapping(property);
  if (typeof mapping.additionalProperties === 'object' && isRule(mapping.additionalProperties))
    return 'name → rule or list of rules';
  if (property.enum) return property.enum.map((value) => `\`${value}\``).join(', ');
  const types = (property.anyOf ?? [property]).flatMap(({ type, const: constant }) =>
    constant === undefined ? [typeInWords(type)] : [`\`${constant}\``],
  );
  const example = property.examples?.[0];
  return `${[...new Set(types)].join(' or ')}${example === undefined ? '' : `, like \`${example}\``}`;
}

function meaningOf({ description = '', default: fallback }: JsonSchema): string {
  const isPlain = fallback !== undefined && fallback !== null && typeof fallback !== 'object';
  return isPlain ? `${description} Default \`${fallback}\`.` : description;
}

/** Rules mean the same everywhere, so they are explained once, in the manual. */
function isRule(schema: JsonSchema): boolean {
  const find = (part: JsonSchema): boolean =>
    Object.hasOwn(part.properties ?? {}, 'contains') ||
    (part.anyOf ?? []).some(find) ||
    (part.items !== undefined && find(part.items));
  return find(schema);
}

function typeInWords(type: unknown): string {
  if (Array.isArray(type)) return 'a plain value';
  const words: Record<string, string> = {
    string: 'text',
    integer: 'whole number',
    number: 'number',
    boolean: '`true` or `false`',
    array: 'list',
    object: 'mapping',
  };
  return words[String(type)] ?? 'value';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
