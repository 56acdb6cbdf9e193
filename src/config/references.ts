/** What zod cannot see from one place: names that must exist elsewhere in the file, names used twice. */
import { slug } from './config.ts';
import type { Finding } from './problems.ts';

type Path = readonly PropertyKey[];

/** Works on the raw document and forgives every wrong shape in it, so that it can report beside zod's issues. */
export function checkReferences(raw: unknown): Finding[] {
  const services = asRecord(asRecord(raw).services);
  const ids = Object.keys(services);
  const findings: Finding[] = [];

  const mustExist = (name: unknown, path: Path, self?: string): void => {
    if (typeof name !== 'string') return;
    if (name === self) findings.push({ path, message: 'a service cannot depend on itself', isWhole: true });
    else if (!ids.includes(name))
      findings.push({ path, message: `no service is called ${quote(name)}`, wanted: ids, isWhole: true });
  };

  for (const id of ids) {
    const service = asRecord(services[id]);
    for (const [index, edge] of asArray(service.dependsOn).entries()) {
      const path = ['services', id, 'dependsOn', index];
      if (typeof edge === 'string') mustExist(edge, path, id);
      const { service: target, anyOf } = asRecord(edge);
      mustExist(target, [...path, 'service'], id);
      for (const [member, name] of asArray(anyOf).entries()) mustExist(name, [...path, 'anyOf', member], id);
      for (const member of repeated(asArray(anyOf))) {
        findings.push({ path: [...path, 'anyOf', member], message: 'stands twice in this group', isWhole: true });
      }
    }
    const names = asArray(service.probes).map((probe) => asRecord(probe).name);
    const slugs = names.map((name) => (typeof name === 'string' ? slug(name) : undefined));
    for (const index of repeated(slugs)) {
      const message = 'another probe of this service has this name; ids are made of its letters and digits';
      findings.push({ path: ['services', id, 'probes', index, 'name'], message, isWhole: true });
    }
  }
  const channels = asArray(asRecord(raw).notifications).map((entry) => asRecord(entry).name);
  for (const index of repeated(channels)) {
    findings.push({ path: ['notifications', index, 'name'], message: 'another channel has this name', isWhole: true });
  }
  for (const [index, entry] of asArray(asRecord(raw).maintenance).entries()) {
    for (const [member, name] of asArray(asRecord(entry).services).entries()) {
      mustExist(name, ['maintenance', index, 'services', member]);
    }
  }
  return findings;
}

function repeated(values: readonly unknown[]): number[] {
  return values.flatMap((value, index) => (value !== undefined && values.indexOf(value) < index ? [index] : []));
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
