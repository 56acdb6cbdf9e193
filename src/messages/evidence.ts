/**
 * Evidence that an incident was recorded with, in another language. The history keeps what a reading said in English; the
 * patterns of the English catalogue lead back to the message and what it was given. What fits none stays as it is.
 */
import type { Phase, Reason } from '../model.ts';
import { en, type Words } from './en.ts';

/** "slow, 410 ms against 60 ms usual" → the same in `words`. */
export function retold(evidence: string, words: Words): string {
  if (words === en) return evidence;
  for (const { pattern, tell } of SENTENCES) {
    const found = pattern.exec(evidence);
    if (found) return tell(words, found.slice(1));
  }
  return words.isolate(evidence);
}

/** Stands where the message has a piece of its own. */
const PIECE = '\u{1}';

interface Sentence {
  pattern: RegExp;
  /** Pieces that were not there are undefined. */
  tell(words: Words, pieces: readonly (string | undefined)[]): string;
}

const PHASES = Object.keys(en.phases) as readonly Phase[];

const SENTENCES: readonly Sentence[] = [
  ...(Object.keys(en.reasons) as Exclude<Reason, 'slow' | 'status' | 'timeout'>[]).map(
    (reason): Sentence => ({
      pattern: patternOf(en.reasons[reason]),
      tell: ({ reasons }) => reasons[reason],
    }),
  ),
  ...PHASES.map(
    (phase): Sentence => ({
      pattern: patternOf(en.evidence.timeout(en.phases[phase])),
      tell: ({ evidence, phases }) => evidence.timeout(phases[phase]),
    }),
  ),
  { pattern: patternOf(en.evidence.timeout()), tell: ({ evidence }) => evidence.timeout() },
  { pattern: patternOf(en.evidence.unexpectedStatus), tell: ({ evidence }) => evidence.unexpectedStatus },
  {
    pattern: patternOf(en.evidence.status(PIECE), '(\\d+)'),
    tell: ({ evidence, isolate }, [code = '']) => evidence.status(isolate(code)),
  },
  {
    pattern: patternOf(en.evidence.slow(PIECE, PIECE), '(\\d+ ms)'),
    tell: ({ evidence, isolate }, [took = '', usual = '']) => evidence.slow(isolate(took), isolate(usual)),
  },
  {
    pattern: patternOf(en.evidence.slow(PIECE), '(\\d+ ms)'),
    tell: ({ evidence, isolate }, [took = '']) => evidence.slow(isolate(took)),
  },
  {
    pattern: patternOf(en.evidence.failing(PIECE, PIECE), '(\\d+(?:\\.\\d)?) %'),
    tell: ({ evidence, percent }, [now, usual]) =>
      evidence.failing(percent(Number(now), 0, 1), percent(Number(usual), 0, 1)),
  },
  ...(['degraded', 'down', 'unknown'] as const).map(
    (outcome): Sentence => ({
      pattern: patternOf(en.outcomes[outcome]),
      tell: ({ outcomes }) => outcomes[outcome],
    }),
  ),
];

/** `piece` matches what stands in the place of a piece. */
function patternOf(text: string, piece = ''): RegExp {
  const parts = text.split(PIECE).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join(piece)}$`);
}
