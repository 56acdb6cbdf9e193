/** The platform as it runs: every service of it a server that can be broken, slowed down and repaired. */
import { creatorOf, type Peers } from './answers.ts';
import { answersWell } from './calls.ts';
import { type DemoService, SERVICES } from './platform.ts';
import { type DemoServer, startServer } from './server.ts';

/** Changing a service that has no server here is an error of the caller. */
export interface Constellation {
  /** Where the prober finds each service that has a server. */
  outerPorts: ReadonlyMap<string, number>;
  break(id: string): Promise<void>;
  /** Neither broken nor slow. */
  repair(id: string): Promise<void>;
  slow(id: string): Promise<void>;
  /** Whether the prober reaches anything; the platform itself does not notice. */
  setNetwork(isUp: boolean): Promise<void>;
  readonly hasNetwork: boolean;
  /** Everything works, everything is reachable. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Longer than what services.yml calls slow, shorter than what callers wait. */
const SLOW_MS = 500;

export async function startConstellation(services: readonly DemoService[] = SERVICES): Promise<Constellation> {
  const servers = new Map<string, DemoServer>();
  const protocols = new Map(services.flatMap(({ id, speaks }) => (speaks ? [[id, speaks] as const] : [])));
  const peers: Peers = {
    knows: (id) => servers.has(id),
    works: (id, timeoutMs) => answersWell(protocols.get(id)!, servers.get(id)!.innerPort, timeoutMs),
  };
  for (const service of services) {
    if (service.speaks) servers.set(service.id, await startServer(creatorOf(service, service.speaks, peers)));
  }
  const serverOf = (id: string): DemoServer => {
    const server = servers.get(id);
    if (!server) throw new Error(`the demo runs no server for ${id}`);
    return server;
  };
  const repair = async (server: DemoServer): Promise<void> => {
    server.setDelay(0);
    await server.setBroken(false);
  };
  const all = async (change: (server: DemoServer) => Promise<void>): Promise<void> => {
    await Promise.all([...servers.values()].map(change));
  };
  let hasNetwork = true;
  const setNetwork = async (isUp: boolean): Promise<void> => {
    hasNetwork = isUp;
    await all((server) => server.setUplink(isUp));
  };
  return {
    get hasNetwork() {
      return hasNetwork;
    },
    setNetwork,
    outerPorts: new Map([...servers].map(([id, { outerPort }]) => [id, outerPort])),
    break: (id) => serverOf(id).setBroken(true),
    repair: (id) => repair(serverOf(id)),
    slow: async (id) => serverOf(id).setDelay(SLOW_MS),
    async restore() {
      await Promise.all([setNetwork(true), all(repair)]);
    },
    close: () => all((server) => server.setBroken(true)),
  };
}
