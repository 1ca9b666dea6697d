import type { ActionKind, ActionParameters, ActionTarget } from '#model';
import { hasNoEffect } from '../actions/catalogue.ts';
import type { ExecutorContext } from '../context.ts';

/** The live target together with what the action would do to it. */
export interface Inspection {
  readonly targetUid: string;
  readonly targetVersion: string;
  readonly dryRun: string;
  /** State before the effect; kept in the audit. */
  readonly preImage: Readonly<Record<string, unknown>>;
}

const NOTHING: Inspection = {
  targetUid: 'none',
  targetVersion: 'none',
  dryRun: 'No effect on any system: the ledger records it, and the checks below are followed.',
  preImage: {},
};

/**
 * Reads the target and asks the platform for a dry run on exactly the version read.
 * @throws ExecutorError TARGET_UNKNOWN, PLATFORM_REFUSED, PLATFORM_UNAVAILABLE
 */
export async function inspectTarget(
  context: Pick<ExecutorContext, 'platform' | 'newId'>,
  change: { action: ActionKind; target: ActionTarget; parameters: ActionParameters },
  signal?: AbortSignal
): Promise<Inspection> {
  if (hasNoEffect(change.action)) {
    return NOTHING;
  }
  const live = await context.platform.readTarget(change.target, signal);
  const request = { ...change, expectedVersion: live.version, operationId: `dry-run-${context.newId()}` };
  const dryRun = await context.platform.dryRun(request, signal);
  return { targetUid: live.uid, targetVersion: live.version, dryRun, preImage: live.spec };
}
