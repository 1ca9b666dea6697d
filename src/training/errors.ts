/** Every way a report or a training run refuses, with the remedy. */
export const TRAINING_ERRORS = {
  CAUSEWAY_TRAINING_PACKAGE_MISSING: {
    message: 'The package danfojs-node is not installed.',
    remedy: 'Run "npm install" in the root of the project; it is one of its development dependencies.',
  },
  CAUSEWAY_TRAINING_RANGE: {
    message: 'The time range is not usable.',
    remedy: 'Give --from before --to, each as ISO 8601 (2026-01-31T00:00:00Z) or as a distance from now (now-7d).',
  },
  CAUSEWAY_TRAINING_NO_DATA: {
    message: 'No series was found in the time range.',
    remedy: 'Check --prometheus and --namespace, and that the range lies within the retention of the server.',
  },
  CAUSEWAY_TRAINING_ARGUMENT: {
    message: 'An argument is not usable.',
    remedy: 'Run the command with --help.',
  },
  CAUSEWAY_TRAINING_TOPOLOGY: {
    message: 'The topology file is not usable.',
    remedy: 'Write it as docs/training-rca.md shows.',
  },
  CAUSEWAY_TRAINING_LICENCE: {
    message: 'The labelled incidents may not be learned from.',
    remedy:
      'Leave them out with --systems, or measure on them with --test-only; write "own" for incidents of your own.',
  },
  CAUSEWAY_TRAINING_CANCELLED: {
    message: 'The training was cancelled; no file was written.',
    remedy: 'Start it again: the same call gives the same weights.',
  },
  CAUSEWAY_TRAINING_FAILED: {
    message: 'The training did not come to an end.',
    remedy: 'Simulate fewer incidents (--simulated) or take fewer iterations, and try again.',
  },
} as const;

/** Key of {@link TRAINING_ERRORS}. */
export type TrainingErrorCode = keyof typeof TRAINING_ERRORS;

/** A refusal that names what is at fault and what to do. */
export class TrainingError extends Error {
  readonly code: TrainingErrorCode;
  readonly remedy: string;

  constructor(code: TrainingErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail ?? TRAINING_ERRORS[code].message, options);
    this.name = 'TrainingError';
    this.code = code;
    this.remedy = TRAINING_ERRORS[code].remedy;
  }
}
