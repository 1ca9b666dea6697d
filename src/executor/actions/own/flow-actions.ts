import type { EpochMs } from '#model';
import { ExecutorError } from '../../errors.ts';
import type { MetricsReader } from '../../metrics-reader.ts';
import type { Action, EffectOutcome } from '../action.ts';
import { noTarget, ownAction } from './own-action.ts';

const QUERY_DEADLINE_MS = 10_000;
const SHOWN_CHARACTERS = 500;

const HOLDS = {
  '<': (value: number, bound: number) => value < bound,
  '<=': (value: number, bound: number) => value <= bound,
  '>': (value: number, bound: number) => value > bound,
  '>=': (value: number, bound: number) => value >= bound,
  '==': (value: number, bound: number) => value === bound,
  '!=': (value: number, bound: number) => value !== bound,
} as const;

interface QueryInput {
  readonly datasource?: string;
  readonly query: string;
  readonly op: keyof typeof HOLDS;
  readonly value: number;
  readonly noData?: 'fail' | 'pass';
  readonly onFalse?: 'stop' | 'continue';
}

/** Lets time pass between two steps. Nothing is sent. */
export function waitAction(clock: { now(): EpochMs }): Action {
  return ownAction<{ readonly seconds: number }>({
    name: 'wait',
    title: 'Wait',
    description: 'Waits before the next step.',
    riskBase: 0,
    leavesNothing: true,
    target: () => noTarget('Wait', 'wait'),
    dryRun: ({ seconds }) => `Wait ${seconds} s. Nothing is sent.`,
    apply: async ({ seconds }) => ({ kind: 'applied', message: `waiting ${seconds} s` }),
    resolve: () => ({ kind: 'not-applied', message: 'waiting changes nothing' }),
    progress: ({ seconds }, sinceMs) => {
      const leftMs = sinceMs === undefined ? seconds * 1000 : sinceMs + seconds * 1000 - clock.now();
      return leftMs > 0
        ? { state: 'pending', message: `${Math.ceil(leftMs / 1000)} s left` }
        : { state: 'settled', message: `waited ${seconds} s` };
    },
  });
}

/** A gate: asks the metrics once and goes on only when the answer is as it should be. */
export function queryAction(metrics: MetricsReader): Action {
  return ownAction<QueryInput>({
    name: 'query',
    title: 'Ask the metrics',
    description:
      'Asks the metrics once. Stops when the answer is not as it should be, unless the step says to continue.',
    riskBase: 0,
    leavesNothing: true,
    target: ({ datasource }) => {
      if (datasource !== undefined) {
        throw new ExecutorError('PARAMETER_INVALID', 'datasource: this executor asks one source; leave it out.');
      }
      return noTarget('Query', 'query');
    },
    dryRun: (input) =>
      `Ask whether ${expectation(input)}:\n${input.query}\nNothing is changed. If not: ${input.onFalse ?? 'stop'}.`,
    apply: (input, _request, signal) => ask(metrics, input, signal),
    resolve: () => ({ kind: 'not-applied', message: 'a question changes nothing and can be asked again' }),
  });
}

/** A person does something that the executor cannot do. */
export function manualAction(): Action {
  return ownAction<{ readonly instruction: string }>({
    name: 'manual',
    title: 'Manual step',
    description: 'A person does what the instruction says and confirms it.',
    riskBase: 0.2,
    leavesNothing: true,
    target: () => noTarget('Person', 'manual'),
    dryRun: ({ instruction }) => `A person has to do this and confirm it:\n${instruction}`,
    apply: async () => ({ kind: 'applied', message: 'a person was asked' }),
    resolve: () => ({ kind: 'applied', message: 'a person was asked' }),
    progress: ({ instruction }) => ({
      state: 'pending',
      message: `waiting for a person: ${instruction.slice(0, SHOWN_CHARACTERS)}`,
    }),
  });
}

async function ask(metrics: MetricsReader, input: QueryInput, signal: AbortSignal): Promise<EffectOutcome> {
  let answer: number | null;
  try {
    answer = await metrics.instant(input.query, AbortSignal.any([signal, AbortSignal.timeout(QUERY_DEADLINE_MS)]));
  } catch {
    return { kind: 'unavailable', message: 'the metrics did not answer' };
  }
  const value = answer !== null && Number.isFinite(answer) ? answer : undefined;
  const passed = value === undefined ? input.noData === 'pass' : HOLDS[input.op](value, input.value);
  const found = value === undefined ? 'the query gave no single value' : `the value is ${value}`;
  // Without an answer nobody knows; `continue` is about an answer that was not the wanted one.
  if (!passed && (value === undefined || input.onFalse !== 'continue')) {
    return { kind: 'refused', message: `${found}, but ${expectation(input)} is asked for` };
  }
  return { kind: 'applied', message: found, details: { passed, ...(value === undefined ? {} : { value }) } };
}

function expectation({ op, value }: QueryInput): string {
  return `a value ${op} ${value}`;
}
