/** The services.yml of the demo, with the ports that its servers were given. */
import { stringify } from 'yaml';
import type { Dependency } from '../config/config.ts';
import { HOST, type Protocol, TALKS } from './calls.ts';
import type { DemoService } from './platform.ts';

export interface ServicesYmlOptions {
  /** Where each service that has a server is probed. */
  ports: ReadonlyMap<string, number>;
  everyMs: number;
}

/** A page that was built on a busy machine must not call a round of just now too old. */
const SHORTEST_SCHEDULE_MS = 10_000;

export function servicesYml(services: readonly DemoService[], { ports, everyMs }: ServicesYmlOptions): string {
  const document = {
    page: {
      title: 'Demo constellation',
      description: 'Real servers on this machine that call each other, break and recover.',
    },
    schedule: { every: `${Math.max(everyMs, SHORTEST_SCHEDULE_MS) / 1000}s` },
    // One look a round keeps the story moving; a second round confirms what the first one saw.
    defaults: { retries: 0, timeout: '2s', degradedAbove: '300ms' },
    services: Object.fromEntries(services.map((service) => [service.id, entryOf(service, ports)])),
  };
  return stringify(document, { lineWidth: 120 });
}

function entryOf(
  { id, name, description, group, notes, speaks, dependsOn }: DemoService,
  ports: ServicesYmlOptions['ports'],
): object {
  const port = ports.get(id);
  return {
    name,
    description,
    group,
    ...(notes !== undefined && { notes }),
    ...(dependsOn.length > 0 && { dependsOn: dependsOn.map(edgeOf) }),
    ...(speaks && port !== undefined && { probes: [probeOf(speaks, port)] }),
  };
}

function edgeOf({ service, anyOf, need, strength, note }: Dependency): object | string {
  if (service !== undefined && strength === 'hard' && note === undefined) return service;
  const target = anyOf ? { anyOf, need } : { service };
  return { ...target, ...(strength !== 'hard' && { strength }), ...(note !== undefined && { note }) };
}

function probeOf(protocol: Protocol, port: number): object {
  if (protocol === 'http') {
    return { http: { url: `http://${HOST}:${port}/health`, prefer: { json: { '$.status': 'ok' } } } };
  }
  const talk: { greeting?: string; question: string; answer: string } = TALKS[protocol];
  const { greeting, question, answer } = talk;
  const steps = [
    ...(greeting === undefined ? [] : [{ expect: expression(greeting) }]),
    { send: question, expect: expression(answer) },
  ];
  return { tcp: { host: HOST, port, talk: steps } };
}

/** The text itself as a regular expression, at the beginning of a line. */
function expression(text: string): string {
  return `^${text.trimEnd().replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`;
}
