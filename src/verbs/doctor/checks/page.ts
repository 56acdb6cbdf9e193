import { z } from 'zod';
import { durationInWords } from '../../../units.ts';
import type { Answer } from '../ask.ts';
import { defineCheck, type Finding, ok, problem, warning } from '../check.ts';
import { pagesShape } from '../github.ts';
import { pageAddress, withSlash } from '../page-address.ts';

/** The part of the published status.json that says how old it is. */
const published = z.object({
  age: z
    .object({
      probedAt: z.iso.datetime().transform((text) => Date.parse(text)),
      staleAfter: z.number(),
      unknownAfter: z.number(),
    })
    .nullish(),
});

export default defineCheck({
  name: 'page',
  async ask({ config, ask, github, now }) {
    const url = config?.page.url;
    const pages = await github?.get('/pages', pagesShape);
    const onGitHub = pages?.kind === 'value' ? (pages.value.html_url ?? undefined) : undefined;
    const address = pageAddress(config);
    return {
      isReadable: config !== undefined,
      url,
      onGitHub,
      isAsked: address !== undefined,
      now,
      home: address === undefined ? undefined : await ask(address),
      status: address === undefined ? undefined : await ask(new URL('status.json', address).href),
    };
  },
  judge({ isReadable, url, onGitHub, isAsked, now, home, status }) {
    if (!isReadable) return [];
    const name = onGitHub ?? 'https://…';
    if (url === undefined)
      return [warning('page.url is not set; feeds and previews in chats need it', `page: { url: "${name}" }`)];
    if (!isAsked) return [warning(`page.url is a placeholder (${url})`, `page: { url: "${name}" }`)];
    const findings: Finding[] = [];
    if (onGitHub !== undefined && withSlash(onGitHub) !== withSlash(url))
      findings.push(warning(`page.url is ${url}, and Pages publishes at ${onGitHub}`, `page: { url: "${onGitHub}" }`));
    return [...findings, ...judgeHome(url, home), ...judgeStatus(status, now)];
  },
});

function judgeHome(url: string, home: Answer | undefined): Finding[] {
  if (!home || (home.kind === 'answer' && home.status === 200)) return [];
  const why = home.kind === 'silence' ? home.why : `answered ${home.status}`;
  return [problem(`${url} ${why}`, 'see whether the page was published, and whether page.url is right')];
}

function judgeStatus(status: Answer | undefined, now: number): Finding[] {
  // Why the server is silent has been said of the home page.
  if (status?.kind !== 'answer') return [];
  const words = 'the published status.json';
  const isThere = status.status === 200;
  const document = isThere ? published.safeParse(parseJson(status.body)).data : undefined;
  if (!document) {
    const why = isThere ? 'is not one of Vedette' : `answered ${status.status}`;
    return [warning(`${words} ${why}`, 'see whether page.url is right, and what is published there')];
  }
  if (!document.age) return [warning(`${words} knows of no round`, 'publish the page after a round')];
  const { probedAt, staleAfter, unknownAfter } = document.age;
  const old = now - probedAt;
  const said = `${words} is of a round ${durationInWords(Math.max(0, old))} ago`;
  const fix = 'see why no newer page was published: the last runs of the workflow';
  if (old >= unknownAfter * 1000) return [problem(`${said}; visitors read that nothing is known`, fix)];
  if (old >= staleAfter * 1000) return [warning(`${said}; visitors read that it is old`, fix)];
  return [ok(`reachable; ${said}`)];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
