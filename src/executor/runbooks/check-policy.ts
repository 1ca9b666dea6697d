import { secondsOf } from './amounts.ts';
import { DEFAULT_SECONDS } from './defaults.ts';
import type { Finding } from './problem.ts';
import type { Runbook } from './runbook.ts';

type Path = readonly (string | number)[];

const HOUR = 3600;
/** Nothing that waits for people or machines waits longer than a day. */
const LONGEST = 24 * HOUR;
const LONGEST_COOLDOWN = 30 * 24 * HOUR;

/** The policy asks for what is possible, leaves time for it, and for no more than that. */
export function checkPolicy(runbook: Runbook): readonly Finding[] {
  const { policy } = runbook.spec;
  const automatic =
    policy.approval.mode === 'auto-if-low-risk' && (policy.risk === 'high' || policy.risk === 'critical');
  return [
    ...(automatic
      ? [
          {
            path: ['spec', 'policy', 'approval', 'mode'],
            message: `cannot be auto-if-low-risk with the risk ${policy.risk}`,
            remedy: 'Use required or four-eyes.',
          },
        ]
      : []),
    ...checkLengths(runbook),
    ...checkDeadline(runbook),
  ];
}

function checkLengths({ spec }: Runbook): readonly Finding[] {
  const { policy, verify, steps, preconditions = [] } = spec;
  const day: readonly (readonly [Path, string | undefined])[] = [
    [['spec', 'policy', 'approval', 'ttl'], policy.approval.ttl],
    [['spec', 'policy', 'deadline'], policy.deadline],
    [['spec', 'verify', 'settle'], verify?.settle],
    [['spec', 'verify', 'timeout'], verify?.timeout],
    [['spec', 'verify', 'interval'], verify?.interval],
    ...preconditions.map((check, index) => [['spec', 'preconditions', index, 'for'], check.for] as const),
    ...(verify?.checks ?? []).map((check, index) => [['spec', 'verify', 'checks', index, 'for'], check.for] as const),
    ...steps.flatMap((step, index) => [
      [['spec', 'steps', index, 'timeout'], step.timeout] as const,
      [['spec', 'steps', index, 'ttl'], step.ttl] as const,
    ]),
  ];
  const long = day.filter(([, text]) => secondsOf(text, 0) > LONGEST);
  return [
    ...long.map(([path]) => ({ path, message: 'is longer than a day', remedy: 'Use at most 24h.' })),
    ...(secondsOf(policy.cooldown, 0) > LONGEST_COOLDOWN
      ? [{ path: ['spec', 'policy', 'cooldown'], message: 'is longer than 30 days', remedy: 'Use at most 720h.' }]
      : []),
  ];
}

function checkDeadline({ spec }: Runbook): readonly Finding[] {
  const { policy, verify, steps } = spec;
  const deadline = secondsOf(policy.deadline, DEFAULT_SECONDS.deadline);
  const verification =
    verify === undefined
      ? 0
      : secondsOf(verify.settle, DEFAULT_SECONDS.settle) + secondsOf(verify.timeout, DEFAULT_SECONDS.verification);
  const late = steps.flatMap((step, index) =>
    secondsOf(step.timeout, 0) > deadline
      ? [
          {
            path: ['spec', 'steps', index, 'timeout'],
            message: 'is longer than the deadline of the whole runbook',
            remedy: 'Shorten it, or move spec.policy.deadline.',
          },
        ]
      : []
  );
  return verification > deadline
    ? [
        {
          path: ['spec', 'policy', 'deadline'],
          message: `of ${deadline} s is shorter than the verification alone (${verification} s)`,
          remedy: 'Give more time, or verify for less.',
        },
        ...late,
      ]
    : late;
}
