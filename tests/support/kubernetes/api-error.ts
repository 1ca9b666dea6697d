/** A refusal as the API server words it; becomes a `Status` body. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: number, reason: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** The body of an error answer. */
export function statusOf(error: ApiError): Record<string, unknown> {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    reason: error.reason,
    ...(error.details ? { details: error.details } : {}),
    code: error.code,
  };
}

/** What a resource is called in messages: `deployments.apps`. */
export interface Named {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

const qualified = ({ group, plural }: Named) => (group === '' ? plural : `${plural}.${group}`);
const kindOf = ({ group, kind }: Named) => (group === '' ? kind : `${kind}.${group}`);
const detailsOf = ({ group, plural }: Named, name: string) => ({
  name,
  ...(group === '' ? {} : { group }),
  kind: plural,
});

export function notFound(resource: Named, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));
}

export function alreadyExists(resource: Named, name: string): ApiError {
  const message = `${qualified(resource)} "${name}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, detailsOf(resource, name));
}

export function conflict(resource: Named, name: string, why?: string): ApiError {
  const words = why ?? 'the object has been modified; please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${words}`;
  return new ApiError(409, 'Conflict', message, detailsOf(resource, name));
}

export function invalid(resource: Named, name: string, field: string, why: string): ApiError {
  const message = `${kindOf(resource)} "${name}" is invalid: ${field}: ${why}`;
  const causes = [{ reason: 'FieldValueInvalid', message: why, field }];
  return new ApiError(422, 'Invalid', message, { ...detailsOf(resource, name), kind: resource.kind, causes });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** A `test` of a JSON patch that failed: the server names no cause. */
export function failedTest(): ApiError {
  const message = 'the server rejected our request due to an error in our request';
  return new ApiError(422, 'Invalid', message, {});
}

export function forbidden(resource: Named, name: string, user: string, verb: string, namespace: string): ApiError {
  const who = `User "${user}" cannot ${verb} resource "${resource.plural}" in API group "${resource.group}"`;
  const message = `${qualified(resource)} ${name === '' ? '' : `"${name}" `}is forbidden: ${who} in the namespace "${namespace}"`;
  return new ApiError(403, 'Forbidden', message, detailsOf(resource, name));
}
