/** The dependency graph: who needs whom, which services form a cycle, which the overall state is about. */
import type { Dependency, Service, Strength } from './config.ts';

export interface Graph {
  /** In the order of services.yml. */
  services: readonly Service[];
  byId: ReadonlyMap<string, Service>;
  /** Service → its edges in services.yml. */
  dependencies: ReadonlyMap<string, readonly Dependency[]>;
  /** Service → those that name it, with the strength with which they do. Groups count for each member. */
  users: ReadonlyMap<string, readonly { service: string; strength: Strength }[]>;
  /** Strongly connected by hard and soft edges, dependencies before their users. A service outside any cycle stands alone. */
  components: readonly (readonly string[])[];
  componentOf: ReadonlyMap<string, number>;
  /** Services that the overall state is about. */
  critical: readonly Service[];
}

export function buildGraph(services: readonly Service[]): Graph {
  const byId = new Map(services.map((service) => [service.id, service]));
  const dependencies = new Map(services.map(({ id, dependsOn }) => [id, dependsOn]));
  const users = new Map<string, { service: string; strength: Strength }[]>(services.map(({ id }) => [id, []]));
  for (const { id, dependsOn } of services) {
    for (const edge of dependsOn)
      for (const target of targetsOf(edge)) users.get(target)?.push({ service: id, strength: edge.strength });
  }
  const components = stronglyConnected(services);
  const componentOf = new Map(components.flatMap((members, index) => members.map((id) => [id, index] as const)));
  // A cycle that nobody outside needs is critical as a whole: its members only have each other as users. Asked once a
  // cycle, not once a member: a cycle of thousands has as many users again.
  const isNeeded = components.map((members, component) =>
    members.some((member) =>
      users
        .get(member)!
        .some(({ service, strength }) => strength !== 'insight' && componentOf.get(service) !== component),
    ),
  );
  const isCritical = ({ id, critical }: Service): boolean => critical ?? !isNeeded[componentOf.get(id)!];
  return { services, byId, dependencies, users, components, componentOf, critical: services.filter(isCritical) };
}

/** The services at the far end of an edge. */
export function targetsOf(edge: Dependency): readonly string[] {
  return edge.anyOf ?? [edge.service];
}

/** A group that does without one of its members. */
export function hasSpare(edge: Dependency): boolean {
  return edge.anyOf !== undefined && edge.need < edge.anyOf.length;
}

/** Tarjan's algorithm with its own stack: a chain of thousands of services must not overflow the call stack. */
function stronglyConnected(services: readonly Service[]): string[][] {
  // An insight edge carries no state, so it closes no circle.
  const needs = (dependsOn: readonly Dependency[]) => dependsOn.filter(({ strength }) => strength !== 'insight');
  const targets = new Map(services.map(({ id, dependsOn }) => [id, needs(dependsOn).flatMap(targetsOf)]));
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const components: string[][] = [];

  const visit = (root: string): void => {
    const frames = [{ id: root, next: 0 }];
    while (frames.length > 0) {
      const frame = frames.at(-1)!;
      const { id } = frame;
      if (frame.next === 0) {
        order.set(id, order.size);
        low.set(id, order.get(id)!);
        stack.push(id);
        onStack.add(id);
      }
      const target = targets.get(id)![frame.next];
      frame.next += 1;
      if (target !== undefined) {
        if (!targets.has(target)) continue;
        if (!order.has(target)) frames.push({ id: target, next: 0 });
        else if (onStack.has(target)) low.set(id, Math.min(low.get(id)!, order.get(target)!));
        continue;
      }
      frames.pop();
      const parent = frames.at(-1);
      if (parent) low.set(parent.id, Math.min(low.get(parent.id)!, low.get(id)!));
      if (low.get(id) === order.get(id)) components.push(popComponent(id));
    }
  };
  const popComponent = (id: string): string[] => {
    const component = stack.splice(stack.lastIndexOf(id));
    for (const member of component) onStack.delete(member);
    return component;
  };
  for (const { id } of services) if (!order.has(id)) visit(id);
  return components;
}
