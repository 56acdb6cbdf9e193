/**
 * Rounds to try a services.yml on, one JSON object a line: as `import` takes them, and with measurements, which name no
 * outcome.
 */
import { z } from 'zod';
import type { RecordedObservation } from '../model.ts';
import { type Imported, importedCanaries, importedInstant, importedObservation, parseObject } from './import.ts';

const observed = importedObservation
  .extend({ failureRatio: z.number().min(0).max(1).optional() })
  .refine(
    ({ outcome, latencyMs, failureRatio }) => (outcome ?? latencyMs ?? failureRatio) !== undefined,
    'expected an outcome, latencyMs or failureRatio',
  );

/** Absent services were not read, possibly none was. */
const observedRound = z.object({
  at: importedInstant,
  id: z.string().default(''),
  location: z.string().default('imported'),
  canaries: importedCanaries,
  observations: z.array(observed).refine(areDistinct, 'one service was observed twice: name a probe with each'),
});

export function observedLine(text: string): Imported {
  const parsed = parseObject(text, observedRound);
  if ('problem' in parsed) return parsed;
  const { at, id, location, canaries, observations } = parsed.value;
  const round = { id, at: Date.parse(at), location, observations: observations.map(toRecorded) };
  return { round: canaries ? { ...round, canaries } : round };
}

/** Which of two readings of one probe came later, no line says. */
function areDistinct(observations: readonly { service: string; probe: string }[]): boolean {
  return new Set(observations.map(({ service, probe }) => `${service}/${probe}`)).size === observations.length;
}

function toRecorded({ outcome, latencyMs, ...rest }: z.output<typeof observed>): RecordedObservation {
  return {
    // From JSON no key comes without a value.
    ...(rest as Pick<RecordedObservation, 'service' | 'probe' | 'attempts'>),
    ...(outcome === undefined ? { outcome: 'up', isMeasurement: true } : { outcome }),
    // Beside an outcome 0 is no answer; as a measurement it is a very quick one.
    ...(latencyMs !== undefined && (latencyMs > 0 || outcome === undefined) && { latencyMs }),
  };
}
