import type { CauseKind } from '#model';
import type { Finding } from './problem.ts';
import type { Runbook } from './runbook.ts';

/** Label of an analysis that names the kind of the cause. */
export const CAUSE_LABEL = 'cause';

/** Kept complete by its type. */
const CAUSES: Readonly<Record<CauseKind, true>> = {
  'slow-query': true,
  'bad-deploy': true,
  'out-of-memory': true,
  'memory-pressure': true,
  'pool-exhaustion': true,
  'external-rate-limit': true,
  'cpu-contention': true,
  'network-latency': true,
  unreachable: true,
  overload: true,
  unclassified: true,
};

/** Causes that triggers name are causes that an analysis can find. */
export function checkTriggers({ spec }: Runbook): readonly Finding[] {
  return (spec.triggers ?? []).flatMap((trigger, index) =>
    trigger.match.flatMap(({ label, value }, at) => {
      const wrong = [value].flat().find((cause) => !Object.hasOwn(CAUSES, cause));
      return trigger.source === 'aiops-insight' && label === CAUSE_LABEL && wrong !== undefined
        ? [
            {
              path: ['spec', 'triggers', index, 'match', at, 'value'],
              message: `"${wrong}" is no cause that an analysis names`,
              remedy: `Use one of ${Object.keys(CAUSES).join(', ')}.`,
            },
          ]
        : [];
    })
  );
}
