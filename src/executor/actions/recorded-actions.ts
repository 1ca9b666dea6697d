import type { ActionKind } from '#model';
import type { Action } from './action.ts';
import { ACTION_CATALOGUE, hasNoEffect } from './catalogue.ts';
import { readInput, targetKey } from './validate.ts';

const NOTHING = {
  uid: 'none',
  version: 'none',
  preImage: {},
  summary: 'no effect on any system',
  size: { pods: 0, percent: 0 },
};

/** Name of a recorded action in plans: `record.notify`. */
export function toRecordedName(action: ActionKind): string {
  return `record.${action}`;
}

/** Actions that are only recorded and followed; no platform is called. */
export function recordedActions(): readonly Action[] {
  return ACTION_CATALOGUE.filter(({ action }) => hasNoEffect(action)).map(
    ({ action, description, riskBase }): Action => ({
      name: toRecordedName(action),
      title: description,
      description,
      inputSchema: { type: 'object' },
      riskBase,
      reversible: true,
      destructive: false,
      target: (input) => {
        const { target } = readInput(action, input);
        return { key: targetKey(target), system: 'record', kind: target.kind, name: target.name };
      },
      permissions: () => [],
      allPermissions: () => [],
      read: async () => NOTHING,
      dryRun: async () => ({
        diff: 'No effect on any system: the ledger records it, and the checks below are followed.',
        warnings: [],
      }),
      apply: async () => ({ kind: 'applied', message: 'recorded' }),
      resolve: async () => ({ kind: 'applied', message: 'recorded' }),
      compensate: async () => ({ kind: 'applied', message: 'there is nothing to take back' }),
      defaultVerification: () => [],
    })
  );
}
