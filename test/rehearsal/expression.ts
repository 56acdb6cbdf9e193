/** What stands in `${{ … }}` of a workflow, worked out by the library that GitHub's own editor uses. */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

export interface Scope {
  /** `github`, `env`, `steps`, `needs`, `matrix`, `vars`, `secrets`, `runner`. */
  contexts: Readonly<Record<string, unknown>>;
  /** How it went until here: of the steps before, or of the jobs that this one needs. Nobody cancels here. */
  status: 'success' | 'failure' | 'skipped';
}

const INTERPOLATION = /\$\{\{(.*?)\}\}/gs;

export function evaluate(expression: string, { contexts, status }: Scope): data.ExpressionData {
  const context = new data.Dictionary(
    ...Object.entries(contexts).map(([key, value]) => ({ key, value: toData(value) })),
  );
  const functions = [
    functionOf('success', status === 'success'),
    functionOf('failure', status === 'failure'),
    functionOf('cancelled', false),
    functionOf('always', true),
  ];
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  return new Evaluator(parsed, context, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

/** An `if:`, with or without braces; without a word about the status it means "and all went well". */
export function isMet(condition: string | boolean | undefined, scope: Scope): boolean {
  const text = String(condition ?? 'success()').trim();
  const expression = text.replace(/^\$\{\{(.*)\}\}$/s, '$1');
  const saysStatus = /\b(success|failure|cancelled|always)\(\)/.test(expression);
  return isTrue(evaluate(saysStatus ? expression : `success() && (${expression})`, scope));
}

export function interpolate(text: string, scope: Scope): string {
  return text.replaceAll(INTERPOLATION, (_, expression: string) => evaluate(expression, scope).coerceString());
}

/** A value that is one expression keeps its kind, as a matrix does that is read from JSON. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value !== 'string') return value;
  const whole = /^\$\{\{([^}]*)\}\}$/s.exec(value.trim());
  if (!whole) return interpolate(value, scope);
  return JSON.parse(JSON.stringify(evaluate(whole[1]!, scope), data.replacer));
}

function isTrue(value: data.ExpressionData): boolean {
  if (value instanceof data.BooleanData || value instanceof data.NumberData) return Boolean(value.value);
  if (value instanceof data.StringData) return value.value !== '';
  return !(value instanceof data.Null);
}

function toData(value: unknown): data.ExpressionData {
  return JSON.parse(JSON.stringify(value ?? null), data.reviver);
}

function functionOf(name: string, is: boolean) {
  return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(is) };
}
