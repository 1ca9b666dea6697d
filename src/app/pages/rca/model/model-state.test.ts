import { describe, expect, it } from 'vitest';
import type { BudgetAnswer, RunEventBody } from '#contracts';
import { report } from '../../../../ui/testing/records.ts';
import { began, ended, runEvents, runRecord, usualBodies, writtenEvent } from '../../../../ui/testing/runs.ts';
import { EMPTY_RUN, withEvents } from '../run/run-view.ts';
import { countHidden } from './hidden-counts.ts';
import { toModelState } from './model-state.ts';

const OFF: BudgetAnswer = { kind: 'off' };
const FAILURE: RunEventBody = { type: 'error', code: 'CAUSEWAY_LLM_DOWN', message: 'It is away.', remedy: 'Wait.' };

const stateOf = (bodies: readonly RunEventBody[], isOver: boolean, budget: BudgetAnswer | undefined = undefined) =>
  toModelState({ ...withEvents(EMPTY_RUN, runEvents(...bodies)), isOver, record: runRecord() }, budget);

describe('what a run says of the language model', () => {
  it.each<[string, ReturnType<typeof stateOf>, object]>([
    ['is off', stateOf(usualBodies(), true, OFF), { kind: 'off' }],
    ['was not asked', stateOf(usualBodies(), true), { kind: 'not-asked' }],
    ['is at work', stateOf([...usualBodies(), began('model')], false), { kind: 'waiting' }],
    ['failed without a word', stateOf([...usualBodies(), began('model'), ended('model', 9)], true), { kind: 'failed' }],
    [
      'failed, and why',
      stateOf([...usualBodies(), began('model'), FAILURE, ended('model', 9)], true),
      { kind: 'failed', problem: { code: 'CAUSEWAY_LLM_DOWN', remedy: 'Wait.' } },
    ],
    ['wrote', stateOf([...usualBodies(), began('model'), writtenEvent()], true), { kind: 'written' }],
    ['wrote, and is off now', stateOf([...usualBodies(), writtenEvent()], true, OFF), { kind: 'written' }],
    [
      'wrote into the report, as older runs keep it',
      stateOf([began('model'), { type: 'report', report: report({ narrator: 'llm', narrative: 'n' }) }], true),
      { kind: 'not-asked' },
    ],
    ['is no part of a failure of the run', stateOf([began('signals'), FAILURE], true), { kind: 'not-asked' }],
  ])('%s', (_name, state, expected) => expect(state).toMatchObject(expected));
});

describe('countHidden', () => {
  it('counts each value once, by kind, and no other words with numbers', () => {
    expect(countHidden('{"a":"IP_1 asked HOST_2, IP_1 and IP_12","b":"SHA_1 xIP_3 ID_1"}')).toEqual({
      IP: 2,
      HOST: 1,
      ID: 1,
    });
    expect(countHidden('')).toEqual({});
  });
});
