/** What can go wrong while the demo is started, and what to do about it. */
export const DEMO_ERRORS = {
  CAUSEWAY_DEMO_OPTION: 'See npm run demo -- --help.',
  CAUSEWAY_DEMO_PORT_BUSY: 'Choose another port with --port, for example: npm run demo -- --port 3301',
  CAUSEWAY_DEMO_NOT_BUILT: 'Run npm run build.',
  CAUSEWAY_DEMO_CHILD_ENDED:
    'What it wrote last stands above, if it wrote anything. Every other process was stopped; start the demo again.',
  CAUSEWAY_DEMO_TIMEOUT:
    'The machine may be too busy; close other programs or ask for less history (--history-minutes).',
  CAUSEWAY_DEMO_HTTP: 'The log of the demo says what the process behind it did.',
} as const;

export type DemoErrorCode = keyof typeof DEMO_ERRORS;

/** An error with a code of `DEMO_ERRORS`; `message` says what happened. */
export class DemoError extends Error {
  readonly code: DemoErrorCode;

  constructor(code: DemoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** What a person can do. */
  get remedy(): string {
    return DEMO_ERRORS[this.code];
  }
}
