/** A ledger in memory and channels without receivers: what is planned is taken to have been delivered, or as is said. */
import type { Channel } from '../../src/config/notifications.ts';
import type { DeliveryEvent } from '../../src/incidents/delivery-event.ts';
import { type IncidentEvent, incidentEvent } from '../../src/incidents/event.ts';
import type { RecordedRound } from '../../src/model.ts';
import { digestOf, noticeOf } from '../../src/notices/notice.ts';
import { occurrencesIn } from '../../src/notices/occurrence.ts';
import { planNotices, type Recipient } from '../../src/notices/plan.ts';
import { MINUTE, NOON, type ServiceSketch, sketch } from '../status/sketch.ts';

type Fate = 'sent' | 'failed' | 'rejected' | 'lost' | 'died';

const KINDS = {
  slack: { audience: 'people', isIdempotent: false, alert: ['notify', 'page'] },
  webhook: { audience: 'programs', isIdempotent: true, alert: ['notify', 'page'] },
  pagerduty: { audience: 'pager', isIdempotent: true, alert: ['page'] },
} as const;

export interface Telling {
  ledger: DeliveryEvent[];
  /** `database/1-opened critical`, at so many minutes. */
  happens(minute: number, event: string, more?: Partial<IncidentEvent>): void;
  rounds(...rounds: { minute: number; at?: string; fault?: boolean; failing?: readonly string[] }[]): void;
  /** `slack: Database is down`, and what else the message says. */
  tell(minute: number, fates?: Readonly<Record<string, Fate>>): string[];
}

type Sketches = Parameters<typeof sketch>[0];

export function telling(
  channels: readonly (Partial<Channel> & { kind: keyof typeof KINDS })[],
  services: Sketches | Readonly<Record<string, ServiceSketch>> = { shop: ['database'], database: [] },
  alerts: Readonly<Record<string, 'page' | 'notify' | 'none'>> = {},
): Telling {
  const recipients = channels.map(
    (channel): Recipient => ({ name: channel.kind, settings: {}, ...KINDS[channel.kind], ...channel }),
  );
  const list = sketch(services).map((service) => ({
    ...service,
    probes: service.probes.map((probe) => {
      const alert = alerts[`${service.id}/${probe.id}`] ?? alerts[service.id];
      return alert ? { ...probe, alert } : probe;
    }),
  }));
  const page = { title: 'Status', url: 'https://s.example', language: 'en', links: [] };
  const config = { page, services: list, renamed: new Map(), schedule: { everyMs: 5 * MINUTE, rounds: 1 } };
  const lines: IncidentEvent[] = [];
  const recorded: RecordedRound[] = [];
  const ledger: DeliveryEvent[] = [];
  let runs = 0;
  return {
    ledger,
    happens(minute, text, more = {}) {
      const [id = '', impact = 'critical'] = text.split(' ');
      const [incident = '', rest = ''] = id.split('/');
      const kind = rest.replace(/^\d+-/, '');
      const t = NOON / 1000 + minute * 60;
      const begins = ['opened', 'reopened'].includes(kind);
      lines.push(
        incidentEvent.parse({
          v: 1,
          id: `2026-11-20-${id}`,
          t,
          incident: `2026-11-20-${incident}`,
          kind,
          ...(begins && { impact, cause: incident, status: 'identified', since: t - 300 }),
          ...(begins && { services: [{ id: incident, state: 'major_outage' }] }),
          ...(kind === 'resolved' && { status: 'resolved', end: t - 60, since: t - 600, reason: 'recovered' }),
          ...(kind === 'escalated' && { impact }),
          ...more,
        }),
      );
    },
    rounds(...given) {
      for (const { minute, at = 'local', fault = false, failing = [] } of given) {
        recorded.push({
          id: `${minute}.1.${at}`,
          at: NOON + minute * MINUTE,
          location: at,
          observations: failing.map((name) => {
            const [service = '', probe = 'tcp'] = name.split('/');
            return { service, probe, outcome: 'down', attempts: 1 };
          }),
          ...(fault && { isProberFault: true as const }),
        });
      }
    },
    tell(minute, fates = {}) {
      runs += 1;
      const now = NOON + minute * MINUTE;
      const rounds = recorded.filter(({ at }) => at <= now);
      const occurrences = occurrencesIn({ lines: lines.filter(({ t }) => t * 1000 <= now), rounds, config }, now);
      const newestAt = rounds.at(-1)?.at ?? now;
      const plan = planNotices({ occurrences, ledger, recipients, newestAt, now });
      const base = { v: 1, t: now / 1000, by: `run ${runs}` } as const;
      for (const channel of plan.started)
        ledger.push({ ...base, t: newestAt / 1000, id: `started@${channel}`, channel, kind: 'started' });
      for (const { channel, event, claim } of plan.lost)
        ledger.push({ ...base, id: `${event}@${channel}/${claim}-lost`, channel, event, claim, kind: 'lost' });
      const hasFailed = new Set<string>();
      return plan.deliveries.map(({ channel, claims, says, footnotes, reports }) => {
        const fate = hasFailed.has(channel) ? 'failed' : (fates[channel] ?? 'sent');
        const tries = hasFailed.has(channel) ? 0 : 1;
        if (fate === 'failed') hasFailed.add(channel);
        for (const { event, claim } of claims) {
          const line = { ...base, channel, event, claim };
          ledger.push({ ...line, id: `${event}@${channel}/${claim}-claimed`, kind: 'claimed' });
          if (fate !== 'died')
            ledger.push({
              ...line,
              id: `${event}@${channel}/${claim}-${fate}`,
              kind: fate,
              tries,
              reports: [...reports],
            });
        }
        const notices = says.map((one) => noticeOf(one, config));
        const { title, text } = notices.length === 1 ? notices[0]! : digestOf(notices, config);
        const said = notices.length === 1 ? title : `${title}: ${text}`;
        return [`${channel}: ${said}`, ...footnotes].join(' | ');
      });
    },
  };
}
