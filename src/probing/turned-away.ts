/** Answers that are meant for the prober alone: too many requests, or a challenge that only a browser passes. */
import type { HttpAnswer } from './exchange.ts';

interface Marker {
  header: string;
  value: RegExp;
  /** Where the marker stands on other answers too. */
  statuses?: readonly number[];
}

const MARKERS: readonly Marker[] = [
  { header: 'cf-mitigated', value: /^challenge/i },
  { header: 'x-amzn-waf-action', value: /^(challenge|captcha)/i },
  { header: 'x-vercel-mitigated', value: /^(challenge|deny)/i },
  { header: 'x-datadome', value: /./, statuses: [401, 403] },
  { header: 'x-sucuri-block', value: /./, statuses: [403] },
  { header: 'server', value: /^(ddos-guard|akamaighost)/i, statuses: [403] },
];

export function isTurnedAway({ status, headers }: HttpAnswer): boolean {
  if (status === 429) return true;
  return MARKERS.some(
    ({ header, value, statuses }) => value.test(headers[header] ?? '') && (statuses?.includes(status) ?? true),
  );
}
