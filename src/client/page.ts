/**
 * The page's only script, and everything is complete without it. It asks how old the observations are by now, shows the
 * visitor's own time beside UTC, and lets a long list be filtered. One file for all pages, at most 1.5 kB compressed.
 */
const all = <T extends Element>(selector: string): T[] => [...document.querySelectorAll<T>(selector)];
const one = <T extends Element = HTMLElement>(selector: string): T | null => document.querySelector<T>(selector);
const add = (after: Element, className: string, text: string): HTMLElement => {
  const line = document.createElement('p');
  line.className = className;
  line.textContent = text;
  after.after(line);
  return line;
};

type Spans = [number, number, number];

const LOOK_AGAIN_MS = 300_000;
/** Of this page: its newest observations, and the spans after which they are stale and unknown, in ms; see Page.astro. */
const { status = '', age = '', words = '' } = document.body.dataset;
/** What it says, in the page's language; `%` is filled in. See script-words.ts. */
const [OLD, OLD_BY_CLOCK, AGO, NEWER, RELOAD, LAST_KNOWN_SENTENCE, LAST_KNOWN, SAYS_SO, SPANS] = JSON.parse(words);
const { lang } = document.documentElement;
const page = age.split(' ').map(Number) as Spans;
// In place before it says anything, or what it says would not be read out.
const notice = add(one('main')!.lastElementChild!, 'notice', '');
notice.role = 'status';

async function look(): Promise<void> {
  // The visitor's clock may be wrong; it is asked only when the server's cannot be.
  let now = Date.now();
  let sentence = OLD_BY_CLOCK;
  let [probedAt, staleAfter, unknownAfter] = page;
  try {
    const answer = await fetch(status, { cache: 'no-cache', signal: AbortSignal.timeout(9000) });
    const date = Date.parse(answer.headers.get('date')!);
    if (date) {
      now = date;
      sentence = OLD;
    }
    const found = (await answer.json()).age;
    const at = Date.parse(found.probedAt);
    // What stands on this page does not get younger by what has been published since.
    if (at < probedAt) probedAt = at;
    // An address that no cache on the way has a copy of.
    if (at > probedAt) notice.innerHTML ||= `${NEWER} <a href="?${now}">${RELOAD}</a>`;
    staleAfter = found.staleAfter * 1000 || staleAfter;
    unknownAfter = found.unknownAfter * 1000 || unknownAfter;
  } catch {
    // Offline, or nothing that can be read: the page's own age still counts.
  }
  const old = now - probedAt;
  if (age && old >= staleAfter) showOld(old >= unknownAfter ? 'unknown' : 'stale', inWords(old), sentence);
}

/** As `roughly`, in minutes, hours or days. */
function inWords(ms: number): string {
  const counts = [60_000, 3_600_000, 86_400_000].map((unit) => Math.round(ms / unit)) as Spans;
  const unit = counts[0] < 120 ? 0 : counts[1] < 48 ? 1 : 2;
  return SPANS[unit + new Intl.PluralRules(lang).select(counts[unit])].replace('%', counts[unit]);
}

function showOld(state: string, span: string, template: string): void {
  const sentence = template.replace('%', span);
  const banner = one('.headline');
  const icon = one<HTMLLinkElement>('[rel=icon]')!;
  icon.href = icon.href.replace(/[^-]+$/, `${state}.svg`);
  one('main')!.className = 'faded';
  let verdict = one('[data-verdict]');
  if (banner) {
    const heading = one('.headline h1')!;
    const brand = ` · ${one('.brand a')!.textContent}`;
    banner.className = 'headline stale';
    one('.headline use')!.setAttribute('href', '#i-unknown');
    if (heading.id === 'headline') {
      if (!one('.last-known')) add(heading, 'because last-known', LAST_KNOWN_SENTENCE + heading.textContent);
      heading.replaceChildren(heading.firstElementChild!);
      heading.dataset.state = state;
      document.title = sentence.slice(0, -1) + brand;
    } else {
      verdict ??= add(heading, 'because', '');
      verdict.dataset.verdict = '';
      document.title = heading.textContent + AGO.replace('%', span) + brand;
    }
  }
  if (verdict) verdict.textContent = sentence;
  for (const word of all('.word,.said,.map :is(a,g)>title')) {
    if (SAYS_SO.some((begin: string) => word.textContent.startsWith(begin))) continue;
    word.lastChild!.before(LAST_KNOWN);
    if (word instanceof SVGTextElement) {
      const room = word.ownerSVGElement!.width.baseVal.value - 37;
      if (word.getComputedTextLength() > room) word.setAttribute('textLength', `${room}`);
    }
  }
}

for (const time of all<HTMLTimeElement>('time')) {
  const at = new Date(time.dateTime);
  // Days are days everywhere; only moments have a time of day.
  if (!at.getTimezoneOffset() || !time.dateTime[10]) continue;
  // "Fri Nov 20 2026 13:00:00 GMT+0100 (…)" everywhere: JavaScript says so.
  const local = `${at}`;
  const day =
    at.getDate() === at.getUTCDate() ? '' : `${at.toLocaleDateString(lang, { month: 'short', day: 'numeric' })} `;
  time.append(` (${day}${local.slice(16, 21)} UTC${local.slice(28, 33)})`);
}

const box = one<HTMLInputElement>('#filter');
if (box) {
  const groups = all<HTMLDetailsElement>('.group');
  const wereOpen = groups.map(({ open }) => open);
  const rows = all<HTMLElement>('#services~* .row');
  box.disabled = false;
  box.oninput = () => {
    const wanted = box.value.toLowerCase().trim();
    let shown = 0;
    for (const row of rows) {
      const group = row.closest('.group')?.querySelector('h3')?.textContent ?? '';
      const text = `${group} ${row.querySelector('.what')!.textContent}`.toLowerCase();
      row.hidden = !text.includes(wanted);
      shown += +!row.hidden;
    }
    for (const [index, group] of groups.entries()) {
      group.hidden = !group.querySelector('.row:not([hidden])');
      group.open = wanted ? true : wereOpen[index]!;
    }
    const found = one('output')!;
    found.textContent = wanted ? found.dataset.words!.replace('%', `${shown}`) : '';
  };
}

look();
setInterval(look, LOOK_AGAIN_MS);
document.addEventListener('visibilitychange', () => document.hidden || look());

export {};
