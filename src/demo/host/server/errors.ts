/** What can go wrong in the host's server: HTTP status, what happened, and what to do about it. */
export const HOST_ERRORS = {
  CAUSEWAY_HOST_CONFIG: { status: 500, remedy: 'Start the host through npm run demo, which sets its environment.' },
  CAUSEWAY_HOST_FORBIDDEN_HOST: {
    status: 421,
    remedy: 'Use http://127.0.0.1 or http://localhost with the port of the demo.',
  },
  CAUSEWAY_HOST_CROSS_SITE: { status: 403, remedy: 'Call the demo from its own page.' },
  CAUSEWAY_HOST_FORBIDDEN: {
    status: 403,
    remedy: 'Switch to a person with the permission, in the header of the page.',
  },
  CAUSEWAY_HOST_NOT_FOUND: {
    status: 404,
    remedy: 'This part of Grafana is not in the plugin host; use a real Grafana.',
  },
  CAUSEWAY_HOST_BAD_REQUEST: { status: 400, remedy: 'Correct the field that the message names.' },
  CAUSEWAY_HOST_TOO_LARGE: { status: 413, remedy: 'Send a smaller request.' },
  CAUSEWAY_HOST_PLUGIN_UNAVAILABLE: {
    status: 503,
    remedy: 'The backend is started again within a second; the log of the demo says why it stopped.',
  },
  CAUSEWAY_HOST_UPSTREAM: {
    status: 502,
    remedy: 'Look whether the process behind it still runs (demo bar, "Break the shop").',
  },
} as const;

export type HostErrorCode = keyof typeof HOST_ERRORS;

/** An error with a code of `HOST_ERRORS`; `message` says what happened. */
export class HostError extends Error {
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** HTTP status of the answer. */
  get status(): number {
    return HOST_ERRORS[this.code].status;
  }

  /** Body of the answer, in the form that Grafana's error toasts read. */
  toBody(): { readonly message: string; readonly error: string; readonly code: HostErrorCode } {
    return { message: this.message, error: HOST_ERRORS[this.code].remedy, code: this.code };
  }
}
