import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextCommand } from './next-command.ts';
import type { SagaState, StepPhase, StepState } from './saga-state.ts';

const PHASES: Readonly<Record<string, StepPhase>> = {
  p: 'pending',
  i: 'intent',
  a: 'applied',
  s: 'settled',
  t: 'stuck',
  k: 'skipped',
  f: 'failed',
  I: 'undo-intent',
  u: 'undone',
  x: 'undo-refused',
};

/** `asp!` is applied, settled, pending, the last of them not compensable. */
function steps(text: string): StepState[] {
  return [...text.matchAll(/([a-zI])(!?)/g)].map(([, letter = '', mark]) => ({
    phase: PHASES[letter] ?? 'pending',
    compensable: mark !== '!',
  }));
}

const state = (text: string, rest: Partial<SagaState> = {}): SagaState => ({
  steps: steps(text),
  direction: 'forward',
  cancelled: false,
  onFailure: 'rollback',
  ...rest,
});

describe('the next command', () => {
  it.each<[string, string, Partial<SagaState>, ReturnType<typeof nextCommand>]>([
    ['begins the first step', 'pp', {}, { kind: 'begin', step: 0 }],
    ['finds out what became of an effect', 'sip', {}, { kind: 'resolve', step: 1 }],
    ['finds it out before it takes anything back', 'si', { direction: 'undo' }, { kind: 'resolve', step: 1 }],
    ['waits until the platform is done', 'sa', {}, { kind: 'settle', step: 1 }],
    ['goes on after a step that was not needed', 'skp', {}, { kind: 'begin', step: 2 }],
    ['verifies after the last step', 'sks', {}, { kind: 'verify' }],
    ['ends when it helped', 'ss', { verification: 'recovered' }, { kind: 'finish', outcome: 'recovered' }],
    ['ends when the first step failed', 'fp', {}, { kind: 'finish', outcome: 'failed' }],
    ['turns back when a later step failed', 'sfp', {}, { kind: 'turn-back', because: 'step-failed' }],
    ['turns back when an effect does not arrive', 'stp', {}, { kind: 'turn-back', because: 'step-failed' }],
    ['leaves a part standing when told so', 'sfp', { onFailure: 'notify' }, { kind: 'finish', outcome: 'partial' }],
    ['holds when told so', 'sfp', { onFailure: 'hold' }, { kind: 'ask-human', because: 'hold' }],
    ['never leaves what it cannot take back', 's!fp', {}, { kind: 'ask-human', because: 'not-reversible' }],
    [
      'turns back when it did not help',
      's',
      { verification: 'not-recovered' },
      { kind: 'turn-back', because: 'not-recovered' },
    ],
    ['turns back when nobody knows', 's', { verification: 'no-data' }, { kind: 'turn-back', because: 'no-data' }],
    [
      'says that it did not help',
      's',
      { verification: 'no-data', onFailure: 'notify' },
      { kind: 'finish', outcome: 'no-data' },
    ],
    ['has done nothing when every step was skipped', 'kk', {}, { kind: 'finish', outcome: 'failed' }],
    ['stops before it began', 'pp', { cancelled: true }, { kind: 'finish', outcome: 'cancelled' }],
    [
      'takes back when cancelled',
      'sp',
      { cancelled: true, onFailure: 'notify' },
      { kind: 'turn-back', because: 'cancelled' },
    ],
    [
      'is not cancelled once it helped',
      's',
      { cancelled: true, verification: 'recovered' },
      { kind: 'finish', outcome: 'recovered' },
    ],
    ['takes back the last step first', 'ssf', { direction: 'undo' }, { kind: 'undo', step: 1 }],
    ['takes back the one before', 'suf', { direction: 'undo' }, { kind: 'undo', step: 0 }],
    ['finds out what became of an undo', 'sIf', { direction: 'undo' }, { kind: 'resolve-undo', step: 1 }],
    ['ends when all is back', 'uuf', { direction: 'undo' }, { kind: 'finish', outcome: 'rolled-back' }],
    [
      'asks a person when an undo is refused',
      'sx',
      { direction: 'undo' },
      { kind: 'ask-human', because: 'undo-refused' },
    ],
  ])('%s', (_, text, rest, expected) => {
    expect(nextCommand(state(text, rest))).toEqual(expected);
  });
});

/** What the world may answer to a command. */
interface World {
  readonly answers: readonly number[];
  readonly compensable: readonly boolean[];
  readonly onFailure: SagaState['onFailure'];
  readonly cancelAt: number;
}

const worlds: fc.Arbitrary<World> = fc.record({
  answers: fc.array(fc.nat(5), { minLength: 60, maxLength: 60 }),
  compensable: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  onFailure: fc.constantFrom<SagaState['onFailure']>('rollback', 'notify', 'hold'),
  cancelAt: fc.nat(30),
});

/** One walk: every command is answered by the world until the execution ends. */
function walk(world: World) {
  let now: SagaState = {
    steps: world.compensable.map((compensable) => ({ phase: 'pending', compensable })),
    direction: 'forward',
    cancelled: false,
    onFailure: world.onFailure,
  };
  const begun: number[] = [];
  const undone: number[] = [];
  const set = (step: number, phase: StepPhase): void => {
    now = { ...now, steps: now.steps.map((item, i) => (i === step ? { ...item, phase } : item)) };
  };
  const pick = <T>(answer: number, ...choices: readonly T[]): T => choices[answer % choices.length] as T;
  for (const [turn, answer] of world.answers.entries()) {
    now = { ...now, cancelled: now.cancelled || turn === world.cancelAt };
    const command = nextCommand(now);
    switch (command.kind) {
      case 'begin':
        begun.push(command.step);
        set(command.step, pick<StepPhase>(answer, 'intent', 'intent', 'intent', 'intent', 'skipped', 'failed'));
        break;
      case 'resolve':
        set(command.step, pick<StepPhase>(answer, 'applied', 'applied', 'failed'));
        break;
      case 'settle':
        set(command.step, pick<StepPhase>(answer, 'settled', 'settled', 'stuck'));
        break;
      case 'undo':
        undone.push(command.step);
        set(command.step, 'undo-intent');
        break;
      case 'resolve-undo':
        set(command.step, pick<StepPhase>(answer, 'undone', 'undone', 'undo-refused'));
        break;
      case 'verify':
        now = { ...now, verification: pick(answer, 'recovered', 'not-recovered', 'no-data') };
        break;
      case 'turn-back':
        now = { ...now, direction: 'undo' };
        break;
      default:
        return { end: command, last: now, begun, undone };
    }
  }
  return { end: undefined, last: now, begun, undone };
}

describe('every execution', () => {
  it('comes to an end', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        expect(walk(world).end).toBeDefined();
      }),
      { numRuns: 2000 }
    );
  });

  it('begins each step once, in order, and takes each back at most once, in reverse order', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { begun, undone } = walk(world);
        expect(begun).toEqual(begun.map((_, i) => i));
        expect(undone).toEqual([...new Set(undone)].toSorted((a, b) => b - a));
      }),
      { numRuns: 1000 }
    );
  });

  it('says truly what is left standing', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { end, last } = walk(world);
        const stands = last.steps.some(({ phase }) => ['applied', 'settled', 'stuck'].includes(phase));
        const unclear = last.steps.some(({ phase }) => phase === 'intent' || phase === 'undo-intent');
        expect(unclear).toBe(false);
        const outcome = end?.kind === 'finish' ? end.outcome : 'ask-human';
        const expected: Readonly<Record<string, boolean>> = {
          'rolled-back': false,
          cancelled: false,
          failed: false,
          partial: true,
        };
        expect(expected[outcome] ?? stands).toBe(stands);
      }),
      { numRuns: 2000 }
    );
  });

  it('takes nothing back that cannot be', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { undone } = walk(world);
        expect(undone.filter((step) => world.compensable[step] !== true)).toEqual([]);
      }),
      { numRuns: 1000 }
    );
  });
});
