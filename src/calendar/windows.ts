/** Spans of time as lists: in order, none touching another. */

export interface Window {
  startsAt: number;
  endsAt: number;
}

export interface Range {
  from: number;
  to: number;
}

/** Cut to the range, in order, overlapping and touching ones joined. */
export function joined(windows: readonly Window[], { from, to }: Range): Window[] {
  const result: Window[] = [];
  const cut = windows.map(({ startsAt, endsAt }) => ({
    startsAt: Math.max(startsAt, from),
    endsAt: Math.min(endsAt, to),
  }));
  for (const window of cut
    .filter(({ startsAt, endsAt }) => startsAt < endsAt)
    .sort((a, b) => a.startsAt - b.startsAt)) {
    const last = result.at(-1);
    if (last && window.startsAt <= last.endsAt) last.endsAt = Math.max(last.endsAt, window.endsAt);
    else result.push({ ...window });
  }
  return result;
}

/** What is left of the range beside windows that `joined` made. */
export function gapsBetween(windows: readonly Window[], { from, to }: Range): Window[] {
  const result: Window[] = [];
  let startsAt = from;
  for (const window of windows) {
    if (window.startsAt > startsAt) result.push({ startsAt, endsAt: window.startsAt });
    startsAt = window.endsAt;
  }
  if (startsAt < to) result.push({ startsAt, endsAt: to });
  return result;
}
