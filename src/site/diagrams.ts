/** The diagrams of a site, laid out once per build. */
import { affectedOf, neighbourhoodOf, wholeOf } from './constellation.ts';
import { type Diagram, diagramOf } from './diagram.ts';
import { loadGraphviz } from './graphviz.ts';
import type { Engine } from './layout.ts';
import { openLayoutCache } from './layout-cache.ts';
import { loadSite, type Site } from './site.ts';

export interface Diagrams {
  whole: Diagram;
  /** Undefined when nothing that fails hangs together with anything. */
  affected?: Diagram;
  /** Without those that need nothing and are not needed. */
  near: ReadonlyMap<string, Diagram>;
}

let diagrams: Promise<Diagrams> | undefined;

export function loadDiagrams(): Promise<Diagrams> {
  diagrams ??= makeDiagrams(process.env);
  return diagrams;
}

async function makeDiagrams({
  VEDETTE_CACHE: folder,
  VEDETTE_CONFIG: config = '',
}: NodeJS.ProcessEnv): Promise<Diagrams> {
  const site = await loadSite();
  const cache = await openLayoutCache(folder, config, cautious(await loadGraphviz()));
  const result = diagramsOf(site, cache.engine);
  await cache.save();
  return result;
}

export function diagramsOf(
  { services, rollup, words }: Pick<Site, 'services' | 'rollup'> & Partial<Pick<Site, 'words'>>,
  engine: Engine,
): Diagrams {
  const sky = { services, causes: rollup.causes, ...(words && { words }) };
  const affected = affectedOf(sky);
  const connected = services.filter(({ dependsOn, neededBy }) => dependsOn.length + neededBy.length > 0);
  return {
    whole: diagramOf(wholeOf(sky), engine, words),
    ...(affected.edges.length > 0 && { affected: diagramOf(affected, engine, words) }),
    near: new Map(connected.map(({ id }) => [id, diagramOf(neighbourhoodOf(sky, id), engine, words)])),
  };
}

/** A picture that cannot be made is no reason to have no page: the list says the same. */
function cautious(engine: Engine): Engine {
  return (part) => {
    try {
      return engine(part);
    } catch (error) {
      process.stderr.write(
        `warning: a diagram is left out: ${error instanceof Error ? error.message : String(error)}\n`,
      );
      return undefined;
    }
  };
}
