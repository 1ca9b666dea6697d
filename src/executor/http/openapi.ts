import { EXECUTOR_API_VERSION, type JsonObject, type JsonValue } from '#contracts';
import { z } from 'zod';
import { EXECUTOR_ERRORS } from '../errors.ts';
import type { Access, Route } from './route.ts';

/** OpenAPI 3.1 of the route table: what is described is what is served, with the schemas that requests are checked with. */
export function describeApi(routes: readonly Route[]): JsonObject {
  const paths: Record<string, Record<string, JsonValue>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = describeRoute(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Causeway executor',
      version: EXECUTOR_API_VERSION,
      description:
        'Ledger of incidents, plans, approvals and executions. Everything but health and metrics needs a token.',
    },
    paths,
    components: {
      securitySchemes: {
        person: {
          type: 'http',
          scheme: 'bearer',
          description: "Bearer of Grafana's plugin proxy together with the signed id token in X-Grafana-Id.",
        },
        backend: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'EdDSA token of the backend: at most 60 s old, bound to the body, used once, with one intent.',
        },
        webhook: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token of CAUSEWAY_ALERT_TOKEN_FILE, for alerts of Grafana or Alertmanager only.',
        },
      },
      schemas: { Problem: PROBLEM },
    },
  };
}

const PROBLEM: JsonObject = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status', 'code', 'detail', 'remedy'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { enum: Object.keys(EXECUTOR_ERRORS).map((code) => `CAUSEWAY_EXECUTOR_${code}`) },
    detail: { type: 'string' },
    remedy: { type: 'string' },
  },
};

function describeRoute({ path, access, doc }: Route): JsonObject {
  const { summary, body, query, answer } = doc;
  return {
    summary,
    security: securityOf(access),
    parameters: [...pathParameters(path), ...queryParameters(query)],
    ...(body ? { requestBody: { content: { 'application/json': { schema: schemaOf(body) } } } } : {}),
    responses: {
      '2XX': { description: answer },
      ...(access.public
        ? {}
        : {
            default: {
              description: 'Why not, and what to do about it.',
              content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
            },
          }),
    },
  };
}

function securityOf(access: Access): readonly JsonObject[] {
  if (access.public) {
    return [];
  }
  return [
    ...(access.person ? [{ person: [] }] : []),
    ...(access.backend.length > 0 ? [{ backend: access.backend.map((intent) => intent) }] : []),
    ...(access.webhook ? [{ webhook: [] }] : []),
  ];
}

function pathParameters(path: string): readonly JsonObject[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', maxLength: 64 },
  }));
}

function queryParameters(query: z.ZodType | undefined): readonly JsonObject[] {
  const { properties = {} } = query ? schemaOf(query) : {};
  return Object.entries(properties as JsonObject).map(([name, schema]) => ({ name, in: 'query', schema }));
}

function schemaOf(schema: z.ZodType): JsonObject {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObject;
}
