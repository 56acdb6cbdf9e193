/** The graph as boxes and arrows, whatever language they are drawn in. Names are their users' text: no key is made of one. */
import type { Dependency, Strength } from '../../config/config.ts';
import type { GraphSurvey, SurveyedService } from '../../status/graph-survey.ts';

export interface Drawing {
  /** One for each group of services; the one without a name last. */
  frames: readonly { name?: string; boxes: readonly Box[] }[];
  /** A dependency on several that stand in for each other is a box of its own, between its user and its members. */
  quorums: readonly { key: string; label: string }[];
  arrows: readonly Arrow[];
}

interface Box {
  key: string;
  label: string;
  isCritical: boolean;
  isProbed: boolean;
}

export interface Arrow {
  from: string;
  to: string;
  strength: Strength;
  label?: string;
}

export function drawingOf({ services, groups }: GraphSurvey): Drawing {
  const boxes = new Map(services.map((service, index) => [service.id, boxOf(service, `n${index}`)]));
  const keyOf = (id: string): string => boxes.get(id)!.key;
  const quorums: { key: string; label: string }[] = [];
  const arrowsOf = (from: string, { service, anyOf, need, strength, note }: Dependency): Arrow[] => {
    const label = note === undefined ? {} : { label: plain(note) };
    if (anyOf === undefined) return [{ from, to: keyOf(service), strength, ...label }];
    const quorum = { key: `q${quorums.length}`, label: `${need} of ${anyOf.length}` };
    quorums.push(quorum);
    return [
      { from, to: quorum.key, strength, ...label },
      ...anyOf.map((member) => ({ from: quorum.key, to: keyOf(member), strength })),
    ];
  };
  return {
    frames: groups.map(({ name, services: members }) => ({
      ...(name !== undefined && { name: plain(name) }),
      boxes: members.map((id) => boxes.get(id)!),
    })),
    arrows: services.flatMap(({ id, dependsOn }) => dependsOn.flatMap((edge) => arrowsOf(keyOf(id), edge))),
    quorums,
  };
}

function boxOf({ name, criticalBecause, isProbed }: SurveyedService, key: string): Box {
  return { key, label: plain(name), isCritical: criticalBecause !== undefined, isProbed };
}

/** On one line, and without what would steer a terminal. */
export function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
}
