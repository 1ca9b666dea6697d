import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApprovalState } from './state-machine.ts';
import { permitsExecution, statusAt, stepApproval } from './state-machine.ts';

const pending: ApprovalState = {
  status: 'pending',
  requesterId: 'backend:causeway',
  expiresMs: 1000,
  approvalsRequired: 1,
  decisions: [],
};
const by = (approverId: string, decision: 'approve' | 'reject' = 'approve', atMs = 999) => ({
  approverId,
  decision,
  atMs,
});

describe('a decision', () => {
  it.each([
    ['one of one approvals', pending, by('user:1'), 'approved'],
    ['one of two approvals', { ...pending, approvalsRequired: 2 }, by('user:1'), 'pending'],
    [
      'two of two approvals',
      { ...pending, approvalsRequired: 2, decisions: [{ approverId: 'user:2', decision: 'approve' as const }] },
      by('user:1'),
      'approved',
    ],
    ['one rejection', { ...pending, approvalsRequired: 2 }, by('user:1', 'reject'), 'rejected'],
    ['a withdrawal', { ...pending, requesterId: 'user:1' }, by('user:1', 'reject'), 'rejected'],
  ])('%s', (_, state, event, status) => {
    expect(stepApproval(state, event)).toEqual({ kind: 'recorded', status });
  });

  it.each([
    ['of the requester', { ...pending, requesterId: 'user:1' }, by('user:1'), 'SELF_APPROVAL'],
    ['at the last millisecond', pending, by('user:1', 'approve', 1000), 'PLAN_EXPIRED'],
    ['after approval', { ...pending, status: 'approved' as const }, by('user:1'), 'ALREADY_PROCESSED'],
    ['after rejection', { ...pending, status: 'rejected' as const }, by('user:1'), 'ALREADY_PROCESSED'],
    ['after time-out', { ...pending, status: 'timeout' as const }, by('user:1'), 'ALREADY_PROCESSED'],
    [
      'after automatic approval',
      { ...pending, status: 'auto_approved' as const },
      by('user:1', 'reject'),
      'ALREADY_PROCESSED',
    ],
    [
      'for the second time',
      { ...pending, approvalsRequired: 2, decisions: [{ approverId: 'user:1', decision: 'approve' as const }] },
      by('user:1'),
      'ALREADY_DECIDED',
    ],
  ])('%s is refused', (_, state, event, code) => {
    expect(stepApproval(state, event)).toMatchObject({ kind: 'refused', code });
  });

  it('turns into time-out by itself', () => {
    expect(statusAt(pending, 999)).toBe('pending');
    expect(statusAt(pending, 1000)).toBe('timeout');
    expect(statusAt({ ...pending, status: 'approved' }, 5000)).toBe('approved');
  });

  it('reaches execution only with enough different persons, none of them the requester, in time', () => {
    const person = fc.constantFrom('user:1', 'user:2', 'user:3', 'user:4');
    const event = fc.record({
      approverId: person,
      decision: fc.constantFrom('approve' as const, 'approve' as const, 'reject' as const),
      atMs: fc.nat(1500),
    });
    const setting = fc.record({ requesterId: person, approvalsRequired: fc.constantFrom(1, 2, 3) });
    let reached = 0;
    fc.assert(
      fc.property(setting, fc.array(event, { maxLength: 12 }), (given, events) => {
        let state: ApprovalState = { ...pending, ...given };
        const recorded: (typeof events)[number][] = [];
        for (const next of events) {
          const step = stepApproval(state, next);
          if (step.kind === 'recorded') {
            recorded.push(next);
            state = { ...state, status: step.status, decisions: [...state.decisions, next] };
          }
        }
        const approvers = new Set(recorded.map((decision) => decision.approverId));
        const allowed =
          approvers.size === given.approvalsRequired &&
          !approvers.has(given.requesterId) &&
          recorded.every((decision) => decision.decision === 'approve' && decision.atMs < state.expiresMs);
        reached += permitsExecution(state.status) ? 1 : 0;
        expect(permitsExecution(state.status) && !allowed).toBe(false);
      }),
      { numRuns: 500 }
    );
    expect(reached).toBeGreaterThan(20);
  });
});
