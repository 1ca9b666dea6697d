import { z } from 'zod';
import { ExecutorError } from '../errors.ts';
import type { BackendPrincipal, PersonPrincipal, Principal } from '../identity/principal.ts';

/** Who may call a route. Every route has to say so; there is no default. */
export type Access =
  | { readonly public: true }
  | {
      readonly public: false;
      readonly person: boolean;
      readonly backend: readonly BackendPrincipal['intent'][];
      /** Whether it is for the webhook of alerts; missing: no. */
      readonly webhook?: true;
    };

/** Anybody, without a token. */
export const PUBLIC: Access = { public: true };
/** Persons and the backend, reading. */
export const READERS: Access = { public: false, person: true, backend: ['read', 'propose', 'ledger'] };
/** Persons only: what the backend can never do. */
export const PERSONS: Access = { public: false, person: true, backend: [] };
/** The backend, keeping incidents. */
export const BACKEND_LEDGER: Access = { public: false, person: false, backend: ['ledger'] };
/** The webhook of alerts only. */
export const WEBHOOK: Access = { public: false, person: false, backend: [], webhook: true };
/** Persons and the backend, proposing. */
export const PROPOSERS: Access = { public: false, person: true, backend: ['propose'] };

/** One request after authentication. */
export interface Call {
  /** Null on public routes only. */
  readonly principal: Principal | null;
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
}

/** What a handler answers. Text when `contentType` is given, JSON otherwise. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
}

/** What a route is for, for its OpenAPI description. Schemas are those that the handler parses with. */
export interface RouteDoc {
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Name of the type in the contracts. */
  readonly answer: string;
}

/** One row of the route table. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly access: Access;
  readonly doc: RouteDoc;
  readonly handle: (call: Call) => Promise<Answer>;
}

/** Answer 200 with JSON. */
export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** @throws ExecutorError FORBIDDEN when the access rule lets the caller not through */
export function requireAccess(access: Access, principal: Principal): void {
  const { allowed, caller } = judge(access, principal);
  if (!allowed) {
    throw new ExecutorError('FORBIDDEN', `This route is not for ${caller}.`);
  }
}

function judge(access: Access, principal: Principal): { readonly allowed: boolean; readonly caller: string } {
  switch (principal.kind) {
    case 'person':
      return { allowed: access.public || access.person, caller: 'a person' };
    case 'backend': {
      const { intent } = principal;
      return { allowed: access.public || access.backend.includes(intent), caller: `the backend with intent ${intent}` };
    }
    case 'webhook':
      return { allowed: access.public || access.webhook === true, caller: 'the webhook of alerts' };
  }
}

/** The caller of a route that is not public. */
export function callerOf({ principal }: Call): Principal {
  if (!principal) {
    throw new ExecutorError('UNAUTHENTICATED', 'A caller is required.');
  }
  return principal;
}

/** The person calling. @throws ExecutorError FORBIDDEN for the backend */
export function personOf(call: Call): PersonPrincipal {
  const principal = callerOf(call);
  if (principal.kind !== 'person') {
    throw new ExecutorError('FORBIDDEN', 'Only persons can do this.');
  }
  return principal;
}

/** Parses strictly. @throws ExecutorError INVALID_REQUEST naming the first field at fault */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown, where: 'body' | 'query'): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  const field = [where, ...(issue?.path ?? [])].join('.');
  throw new ExecutorError('INVALID_REQUEST', `${field}: ${issue?.message ?? 'is not valid'}`.slice(0, 300));
}

/** An id from the path. @throws ExecutorError NOT_FOUND when it cannot be one */
export function idOf({ params }: Call): string {
  const id = params['id'] ?? '';
  if (!/^[0-9A-Z]{26}$/.test(id)) {
    throw new ExecutorError('NOT_FOUND', 'There is nothing with this id.');
  }
  return id;
}

/** `cursor` and `limit` of every list. */
export const pageQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^[0-9A-Z]{26}$/, 'must be nextCursor of an earlier answer')
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** Body of a POST that says nothing beyond its path. */
export const emptyBody = z.union([z.strictObject({}), z.undefined(), z.null()]);
