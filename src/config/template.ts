/** A text of one's own for notifications: words, and placeholders from a closed list. Pure. */

/** What may stand in braces. */
export const PLACEHOLDERS = {
  title: 'what is wrong, or over, in a few words',
  text: 'all that is said by itself, in sentences',
  event: 'what happened: opened, escalated, cause, resolved …',
  impact: 'none, minor, major or critical',
  cause: 'the probable cause',
  chain: 'from what users see down to the cause',
  affected: 'names of the services concerned, the first few',
  count: 'how many they are',
  evidence: 'what the probe of the cause says',
  since: 'when the trouble began, in UTC',
  link: "the address of the incident's page; empty without `page.url`",
  page: 'the title of the page',
  id: 'the id of the incident',
} as const;
export type Placeholder = keyof typeof PLACEHOLDERS;

/** In order. */
export type Template = readonly (string | { placeholder: Placeholder })[];

/** `{{` is a literal brace. */
export function readTemplate(text: string): Template | { problem: string } {
  const parts: (string | { placeholder: Placeholder })[] = [];
  for (const [part, , name] of text.matchAll(/\{\{|(\{([^{}]*)\}?)|[^{]+/g)) {
    if (name === undefined) parts.push(part === '{{' ? '{' : part);
    else if (!part.endsWith('}')) return { problem: `expected a } behind {${name}; write {{ for a literal brace` };
    else if (!Object.hasOwn(PLACEHOLDERS, name)) return { problem: unknown(name) };
    else parts.push({ placeholder: name as Placeholder });
  }
  return parts;
}

function unknown(name: string): string {
  const known = Object.keys(PLACEHOLDERS).map((placeholder) => `{${placeholder}}`);
  return `unknown placeholder {${name}}; known are ${known.join(' ')}`;
}
