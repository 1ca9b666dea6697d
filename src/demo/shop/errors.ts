/** Every refusal of the shop's interfaces: HTTP status, what is wrong, and what to do about it. */
const TABLE = {
  SHOP_BODY_TOO_LARGE: [413, 'The request body is too large.', 'Send at most 64 KiB of JSON.'],
  SHOP_BODY_NOT_JSON: [
    400,
    'The request body is not a JSON object.',
    'Send a JSON object with content-type application/json.',
  ],
  SHOP_PARAMETER_INVALID: [422, 'A field is missing or out of range.', 'Correct the field that the message names.'],
  SHOP_NOT_FOUND: [404, 'There is no such route.', 'See the routes below /shop/v1 in docs.'],
  SHOP_METHOD_NOT_ALLOWED: [
    405,
    'The route does not answer this method.',
    'Use one of the methods in the Allow header.',
  ],
  SHOP_FAULT_UNKNOWN: [
    404,
    'There is no such fault.',
    'GET /shop/v1/faults lists the catalogue and the active faults.',
  ],
  SHOP_FAULT_ACTIVE: [409, 'The fault is active already.', 'DELETE /shop/v1/faults/<id> first.'],
  SHOP_TARGET_UNKNOWN: [404, 'The platform has no such target.', 'GET /shop/v1/state lists what exists.'],
  SHOP_ACTION_UNSUPPORTED: [
    422,
    'The action does not apply to this kind of target.',
    'Choose a target kind that the action supports.',
  ],
  SHOP_VERSION_CONFLICT: [409, 'The target has changed since it was read.', 'Read the target again and decide anew.'],
  SHOP_OPERATION_REUSED: [409, 'The operation id was used for another action.', 'Use a new operation id.'],
  SHOP_OPERATION_UNKNOWN: [404, 'The operation was never performed.', 'Send it, or read the target.'],
  SHOP_UNAUTHORISED: [
    401,
    'The bearer token is missing or wrong.',
    'Send Authorization: Bearer with the platform token.',
  ],
  SHOP_CLOCK_FIXED: [409, 'The clock of this shop follows real time.', 'Use the demo world to move time.'],
  SHOP_PLATFORM_DISABLED: [503, 'The platform API is off.', 'Start the world with CAUSEWAY_PLATFORM_TOKEN.'],
  SHOP_ENVIRONMENT_INVALID: [
    500,
    'An environment variable has an invalid value.',
    'Correct the variable that the message names.',
  ],
  SHOP_PORT_BUSY: [500, 'The port is in use.', 'Set CAUSEWAY_WORLD_PORT to another port, or to 0 for any free one.'],
  SHOP_INTERNAL: [500, 'The shop failed to answer.', 'See the log of the world process.'],
} as const satisfies Record<string, readonly [number, string, string]>;

/** Codes of {@link ShopError}. */
export type ShopErrorCode = keyof typeof TABLE;

/** A refusal with code, message and remedy. */
export class ShopError extends Error {
  override readonly name = 'ShopError';
  readonly code: ShopErrorCode;
  readonly status: number;
  readonly remedy: string;

  /** @param detail what exactly is wrong; the table's message without it */
  constructor(code: ShopErrorCode, detail?: string, options?: ErrorOptions) {
    const [status, message, remedy] = TABLE[code];
    super(detail ?? message, options);
    this.code = code;
    this.status = status;
    this.remedy = remedy;
  }
}

/** Refuses a field. @param expected for example `an integer from 1 to 20` */
export function invalid(field: string, expected: string): ShopError {
  return new ShopError('SHOP_PARAMETER_INVALID', `${field} must be ${expected}.`);
}
