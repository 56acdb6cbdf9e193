/** A notice in the form of a channel: its own words or the user's, with values made harmless for that form. Pure. */
import type { Channel } from '../config/notifications.ts';
import type { Template } from '../config/template.ts';
import { cut } from './clean.ts';
import type { Notice } from './notice.ts';

/** Makes a value plain text in some markup. */
export type Escape = (value: string) => string;

export interface Wording {
  title: string;
  text: string;
  /** Left out where the user has said in a template what is to be said. */
  facts: readonly { label: string; value: string }[];
  footnotes: readonly string[];
}

export const PLAIN: Escape = (value) => value;

export function wordingOf(notice: Notice, { title, text }: Pick<Channel, 'title' | 'text'>, plain: Escape): Wording {
  // A test is a test, whatever the template makes of incidents.
  const isFilled = notice.what !== 'digest' && notice.what !== 'test';
  return {
    title: isFilled && title ? fill(title, notice, plain) : plain(notice.title),
    text: isFilled && text ? fill(text, notice, plain) : plain(notice.text),
    facts: isFilled && text ? [] : notice.facts.map(({ label, value }) => ({ label, value: plain(value) })),
    footnotes: notice.footnotes.map(plain),
  };
}

const MAX_FILLED = 8000;

function fill(template: Template, { values }: Notice, plain: Escape): string {
  const parts = template.map((part) => {
    if (typeof part === 'string') return part;
    const value = values[part.placeholder];
    // The link is ours and has to work.
    return part.placeholder === 'link' ? value : plain(value);
  });
  return cut(parts.join(''), MAX_FILLED);
}

/** All of it as lines of text. */
export function asLines({ text, facts, footnotes }: Wording, link?: string): string[] {
  return [
    text,
    ...(facts.length > 0 ? ['', ...facts.map(({ label, value }) => `${label}: ${value}`)] : []),
    ...(link === undefined ? [] : ['', link]),
    ...(footnotes.length > 0 ? ['', ...footnotes] : []),
  ];
}
