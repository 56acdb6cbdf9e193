/**
 * `/metrics` in OpenMetrics text. https://prometheus.io/docs/specs/om/open_metrics_spec/ It is a file: how old it is, is for
 * the reader to work out from `vedette_probed_timestamp_seconds`.
 */
import { OUTCOMES, STATES } from '../../model.ts';
import { plainText } from '../markdown.ts';
import type { Site } from '../site.ts';

type Labels = Readonly<Record<string, string>>;

interface Family {
  name: string;
  type: 'gauge' | 'stateset' | 'info' | 'summary';
  unit?: string;
  help: string;
  samples: readonly { suffix?: string; labels: Labels; value: number }[];
}

export function metricsOf(site: Site): string {
  return `${familiesOf(site)
    .filter(({ samples }) => samples.length > 0)
    .map(familyText)
    .join('')}# EOF\n`;
}

function familiesOf(site: Site): Family[] {
  const { page, headline, isLastKnown, services, incidents, age } = site;
  const overall = headline.state === 'stale' ? 'unknown' : headline.state;
  // What is only last known is not the present, and a metric is read as if it were.
  const states = services.map(({ id, state }) => ({ service: id, state: isLastKnown ? 'unknown' : state }));
  const probes = services.flatMap(({ id, own, probes: all }) =>
    all.map((probe) => ({ labels: { service: id, probe: probe.id }, probe, latest: own.latest.get(probe.id) })),
  );
  const gauge = (name: string, help: string, samples: Family['samples'], unit?: string): Family => ({
    name,
    type: 'gauge',
    help,
    samples,
    ...(unit !== undefined && { unit }),
  });
  const single = (value: number | undefined): Family['samples'] => (value === undefined ? [] : [{ labels: {}, value }]);
  return [
    {
      name: 'vedette_page',
      type: 'info',
      help: 'The page that this is about.',
      samples: [
        {
          suffix: '_info',
          labels: { title: plainText(page.title), ...(page.url !== undefined && { url: page.url }) },
          value: 1,
        },
      ],
    },
    stateset('vedette_overall_state', 'State of the page; unknown when the observations are too old.', STATES, [
      { labels: {}, value: overall },
    ]),
    stateset(
      'vedette_service_state',
      'Effective state of a service, what it needs included.',
      STATES,
      states.map(({ service, state }) => ({ labels: { service }, value: state })),
    ),
    gauge(
      'vedette_service_uptime_ratio',
      'Share of the observed time of 90 days in which the service was up.',
      services.flatMap(({ id, uptime }) =>
        uptime.ratio === undefined ? [] : [{ labels: { service: id }, value: uptime.ratio }],
      ),
      'ratio',
    ),
    gauge(
      'vedette_service_coverage_ratio',
      'Share of these 90 days that was observed.',
      services.map(({ id, uptime }) => ({ labels: { service: id }, value: uptime.coverageRatio })),
      'ratio',
    ),
    stateset(
      'vedette_probe_outcome',
      'Outcome of the newest reading of a probe.',
      OUTCOMES,
      probes.map(({ labels, latest }) => ({ labels, value: isLastKnown ? 'unknown' : (latest?.outcome ?? 'unknown') })),
    ),
    gauge(
      'vedette_probe_read_timestamp_seconds',
      'When a probe was read last.',
      probes.flatMap(({ labels, latest }) => (latest ? [{ labels, value: latest.at / 1000 }] : [])),
      'seconds',
    ),
    {
      name: 'vedette_probe_latency_seconds',
      type: 'summary',
      unit: 'seconds',
      help: 'Latency of the answers of 30 days, where there are a hundred or more.',
      samples: probes.flatMap(({ labels, probe: { latencies } }) =>
        latencies
          ? [
              { labels: { ...labels, quantile: '0.5' }, value: latencies.p50Ms / 1000 },
              { labels: { ...labels, quantile: '0.95' }, value: latencies.p95Ms / 1000 },
              { labels: { ...labels, quantile: '0.99' }, value: latencies.p99Ms / 1000 },
              { suffix: '_count', labels, value: latencies.answers },
            ]
          : [],
      ),
    },
    gauge(
      'vedette_incidents_open',
      'Incidents that are open.',
      single(incidents.filter(({ isOpen }) => isOpen).length),
    ),
    gauge(
      'vedette_probed_timestamp_seconds',
      'When the newest round ran.',
      single(age && age.probedAt / 1000),
      'seconds',
    ),
    gauge(
      'vedette_stale_after_seconds',
      'Age of the newest round from which on states are no longer of the present.',
      single(age && age.staleAfterMs / 1000),
      'seconds',
    ),
    gauge(
      'vedette_unknown_after_seconds',
      'Age of the newest round from which on states are unknown.',
      single(age && age.unknownAfterMs / 1000),
      'seconds',
    ),
  ];
}

/** Each of the possible states is a sample; the one that holds is 1. */
function stateset(
  name: string,
  help: string,
  possible: readonly string[],
  given: readonly { labels: Labels; value: string }[],
): Family {
  const samples = given.flatMap(({ labels, value }) =>
    possible.map((state) => ({ labels: { ...labels, [name]: state }, value: Number(state === value) })),
  );
  return { name, type: 'stateset', help, samples };
}

function familyText({ name, type, unit, help, samples }: Family): string {
  const lines = [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...samples.map(({ suffix = '', labels, value }) => `${name}${suffix}${labelText(labels)} ${value}`),
  ];
  return `${lines.join('\n')}\n`;
}

function labelText(labels: Labels): string {
  const entries = Object.entries(labels);
  return entries.length === 0 ? '' : `{${entries.map(([key, value]) => `${key}="${escaped(value)}"`).join(',')}}`;
}

function escaped(text: string): string {
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
