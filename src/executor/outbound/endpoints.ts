import { z } from 'zod';
import type { JsonObject } from '#contracts';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import { ConfigError } from '../config.ts';
import {
  allowHttpSchema,
  checkUrl,
  idSchema,
  pathSchema,
  readConfigFile,
  readSecretFile,
  readTextFile,
} from './config-file.ts';
import type { ResolveName } from './resolve-host.ts';
import { sendRequest, type OutboundReply, type OutboundTarget } from './send-request.ts';

/** Environment variable with the path of the file. */
export const ENDPOINTS_VARIABLE = 'CAUSEWAY_ENDPOINTS_FILE';

/** What a ticket becomes on the way: our own fields, or those of Jira (REST API 2). */
export type TicketForm =
  { readonly format: 'plain' } | { readonly format: 'jira'; readonly project: string; readonly issueType: string };

/** Where the executor may send something. Runbooks know its id only. */
export interface Endpoint {
  readonly id: string;
  readonly method: OutboundTarget['method'];
  readonly host: string;
  /** Whether the receiver ignores a second request with the same `Idempotency-Key`. */
  readonly mayRepeat: boolean;
  readonly ticket: TicketForm;
  /** Another one when its settings change, secrets aside. */
  readonly version: string;
  /** Sends once; never throws. */
  send(body: JsonObject, idempotencyKey: string, signal?: AbortSignal): Promise<OutboundReply>;
}

/** All endpoints of this executor. */
export interface Endpoints {
  get(id: string): Endpoint | undefined;
  /** Sorted. */
  readonly ids: readonly string[];
  /** Values that must not appear in any output. */
  readonly secrets: readonly string[];
}

const FORBIDDEN_HEADER =
  /^(host|connection|content-length|content-type|transfer-encoding|te|trailer|upgrade|expect|keep-alive|idempotency-key|proxy-.*)$/i;
const SECRET_HEADER = /auth|token|secret|cookie|key|password|credential/i;

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/)
  .refine((name) => !FORBIDDEN_HEADER.test(name), 'this header is set by the executor');
const headerValue = z.union([
  z.strictObject({ value: z.string().regex(/^[\x20-\x7e]{1,500}$/) }),
  z.strictObject({
    secretFile: pathSchema,
    prefix: z
      .string()
      .regex(/^[\x20-\x7e]{0,40}$/)
      .default(''),
  }),
]);

const endpointSchema = z
  .strictObject({
    url: z.string().max(2000).optional(),
    urlFile: pathSchema.optional(),
    method: z.enum(['POST', 'PUT', 'PATCH']).default('POST'),
    headers: z.record(headerName, headerValue).default({}),
    timeoutSeconds: z.number().min(1).max(60).default(10),
    maxReplyBytes: z.number().int().min(256).max(1_048_576).default(65_536),
    retry: z.enum(['never', 'with-key']).default('never'),
    allowPrivate: z.boolean().default(false),
    caFile: pathSchema.optional(),
    ticket: z
      .discriminatedUnion('format', [
        z.strictObject({ format: z.literal('plain') }),
        z.strictObject({
          format: z.literal('jira'),
          project: z.string().regex(/^[A-Z][A-Z0-9_]{0,19}$/),
          issueType: z.string().min(1).max(60),
        }),
      ])
      .default({ format: 'plain' }),
  })
  .refine(({ url, urlFile }) => (url === undefined) !== (urlFile === undefined), {
    path: ['url'],
    message: 'either url or urlFile is needed',
  });

const fileSchema = z.strictObject({
  allowHttp: allowHttpSchema,
  endpoints: z.record(idSchema, endpointSchema),
});
type EndpointSettings = z.infer<typeof endpointSchema>;

/** No endpoints at all. */
export const NO_ENDPOINTS: Endpoints = { get: () => undefined, ids: [], secrets: [] };

/**
 * Reads the endpoints and their secrets, once.
 * @throws ConfigError
 */
export function loadEndpoints(file: string, resolve?: ResolveName): Endpoints {
  const settings = readConfigFile(ENDPOINTS_VARIABLE, file, fileSchema);
  const secrets: string[] = [];
  const byId = new Map(
    Object.entries(settings.endpoints).map(([id, one]) => {
      const loaded = loadTarget(id, one, settings.allowHttp);
      secrets.push(...loaded.secrets);
      return [id, toEndpoint(id, one, loaded.target, resolve)];
    })
  );
  return { get: (id) => byId.get(id), ids: [...byId.keys()].sort(), secrets };
}

function toEndpoint(
  id: string,
  settings: EndpointSettings,
  target: OutboundTarget,
  resolve: ResolveName | undefined
): Endpoint {
  return {
    id,
    method: target.method,
    host: target.url.host,
    mayRepeat: settings.retry === 'with-key',
    ticket: settings.ticket,
    version: sha256Hex(canonicalJson({ ...settings, host: target.url.host })).slice(0, 16),
    send: (body, idempotencyKey, signal) =>
      sendRequest(
        { ...target, headers: { ...target.headers, 'idempotency-key': idempotencyKey } },
        JSON.stringify(body),
        signal,
        resolve
      ),
  };
}

function loadTarget(
  id: string,
  settings: EndpointSettings,
  allowHttp: readonly string[]
): { readonly target: OutboundTarget; readonly secrets: readonly string[] } {
  const { url: plain, urlFile, caFile, method, maxReplyBytes: maxBytes, allowPrivate } = settings;
  const field = `endpoints.${id}`;
  const secrets: string[] = [];
  const secret = (name: string, path: string) => {
    const value = readSecretFile(ENDPOINTS_VARIABLE, `${field}.${name}`, path);
    secrets.push(value);
    return value;
  };
  const address = urlFile === undefined ? (plain ?? '') : secret('urlFile', urlFile);
  const url = checkUrl(ENDPOINTS_VARIABLE, `${field}.url`, address, { allowPrivate, allowHttp });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings.headers)) {
    if ('value' in value && SECRET_HEADER.test(name)) {
      const problem = `is wrong at ${field}.headers.${name}: such a header is a secret`;
      throw new ConfigError(ENDPOINTS_VARIABLE, problem, 'Give secretFile instead of value.');
    }
    headers[name.toLowerCase()] =
      'value' in value ? value.value : `${value.prefix}${secret(`headers.${name}`, value.secretFile)}`;
  }
  const ca = caFile === undefined ? undefined : readTextFile(ENDPOINTS_VARIABLE, `${field}.caFile`, caFile);
  return {
    target: { url, method, headers, timeoutMs: settings.timeoutSeconds * 1000, maxBytes, allowPrivate, ca },
    secrets,
  };
}
