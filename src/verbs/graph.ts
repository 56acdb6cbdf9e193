/** `vedette graph`: who needs whom, what is critical, and what hangs on a single service. */
import type { Verb } from '../cli.ts';
import { buildGraph } from '../config/graph.ts';
import { type GraphSurvey, surveyGraph } from '../status/graph-survey.ts';
import { loadConstellation } from './constellation.ts';
import { inDot } from './graph/dot.ts';
import { drawingOf } from './graph/drawing.ts';
import { asJson } from './graph/json.ts';
import { inMermaid } from './graph/mermaid.ts';
import { inText } from './graph/text.ts';

const FORMATS: Readonly<Record<string, (survey: GraphSurvey, title: string) => string>> = {
  text: inText,
  json: (survey) => `${JSON.stringify(asJson(survey))}\n`,
  mermaid: inMermaid,
  dot: inDot,
};

/** Its default. */
const MERMAID_MAX_ARROWS = 500;

export const graph: Verb = {
  summary: 'show who needs whom, and what hangs on a single service',
  help: `usage: vedette graph [--config FILE] [--format FORMAT]

Prints what services.yml says of dependencies: what is critical and why, what the loss of each service would make of the
page, cycles, services that are not probed, and the whole tree. Nothing is probed.

  --config FILE     the file to read (default services.yml)
  --format FORMAT   text (the default); json, described in docs/operations.md; mermaid and dot, for drawing

A loss is worked out from the edges: hard dependencies go down with it, soft ones are degraded, groups hold for as long as
enough of their members are alive. Exit code: 0 fine, 1 problems in the file.`,
  options: { config: { type: 'string', default: 'services.yml' }, format: { type: 'string', default: 'text' } },
  async run({ config: file, format }, io) {
    const print = Object.hasOwn(FORMATS, String(format)) ? FORMATS[String(format)]! : undefined;
    if (!print) {
      const known = Object.keys(FORMATS).join(', ');
      io.stderr.write(`vedette: --format is one of ${known}; not ${JSON.stringify(format)}\n`);
      return 2;
    }
    const constellation = await loadConstellation(String(file), io);
    if (!constellation) return 1;
    const { services, page } = constellation.config;
    const survey = surveyGraph(buildGraph(services));
    io.stdout.write(print(survey, page.title));
    const arrows = format === 'mermaid' ? drawingOf(survey).arrows.length : 0;
    if (arrows > MERMAID_MAX_ARROWS)
      io.stderr.write(
        `${arrows} arrows: Mermaid draws ${MERMAID_MAX_ARROWS} unless its maxEdges is raised; dot draws all\n`,
      );
    return 0;
  },
};
