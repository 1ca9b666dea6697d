import type { FastifyInstance, FastifyRequest } from 'fastify';
import Fastify from 'fastify';
import { sha256Hex } from '../canonical-json.ts';
import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ERRORS, ExecutorError, toProblem } from '../errors.ts';
import type { IdentityTrust } from '../identity/authenticate.ts';
import { authenticate } from '../identity/authenticate.ts';
import { actorOf } from '../identity/principal.ts';
import type { Principal } from '../identity/principal.ts';
import { replayGuard } from '../identity/replay-guard.ts';
import { describeError } from '../log.ts';
import type { RateLimit } from './rate-limit.ts';
import { rateLimiter } from './rate-limit.ts';
import type { Access, Route } from './route.ts';
import { requireAccess } from './route.ts';

const BODY_LIMIT_BYTES = 256 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;
const EMPTY_SHA256 = sha256Hex('');

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
    bodySha256: string;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}

/**
 * The HTTP server over a route table. Nothing passes without a token but routes marked public; unknown paths ask for a token
 * before they say "not found". No CORS, no cookies, JSON only.
 */
export function httpApp(
  context: ExecutorContext,
  routes: readonly Route[],
  trust: IdentityTrust,
  limit: RateLimit
): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 2 * REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 64 },
  });
  app.decorateRequest('principal', null);
  app.decorateRequest('bodySha256', EMPTY_SHA256);
  readJsonOnly(app);
  guard(app, context, trust, limit);
  answerErrors(app, context);
  for (const { method, path, access, handle } of routes) {
    app.route({
      method,
      url: path,
      config: { access },
      async handler(request, reply) {
        const params = request.params as Record<string, string>;
        const answer = await handle({ principal: request.principal, params, query: request.query, body: request.body });
        return reply
          .code(answer.status)
          .type(answer.contentType ?? 'application/json; charset=utf-8')
          .send(answer.contentType ? answer.body : JSON.stringify(answer.body));
      },
    });
  }
  return app;
}

/** Keeps the hash of the exact bytes, then parses; refuses `__proto__` keys and text that is not well-formed. */
function readJsonOnly(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer;
    request.bodySha256 = sha256Hex(bytes);
    if (bytes.length === 0) {
      done(null, undefined);
      return;
    }
    parseJson(request, bytes.toString('utf8'), (error, value: unknown) => {
      if (error) {
        done(new ExecutorError('INVALID_REQUEST', 'body: is not valid JSON.', { cause: error }));
      } else if (hasLoneSurrogate(value)) {
        done(new ExecutorError('INVALID_REQUEST', 'body: contains text that is not well-formed Unicode.'));
      } else {
        done(null, value);
      }
    });
  });
}

function guard(app: FastifyInstance, context: ExecutorContext, trust: IdentityTrust, limit: RateLimit): void {
  const takeToken = rateLimiter(limit);
  const useOnce = replayGuard(context);
  const isPublic = (request: FastifyRequest) => request.routeOptions.config.access?.public === true;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    if (isPublic(request)) {
      return;
    }
    const principal = await authenticate(request.headers, trust);
    request.principal = principal;
    const waitSeconds = takeToken(principal.id);
    if (waitSeconds > 0) {
      throw new ExecutorError('RATE_LIMITED', `Try again in ${waitSeconds} s.`, { retryAfterSeconds: waitSeconds });
    }
    const { access } = request.routeOptions.config;
    if (access) {
      requireAccess(access, principal);
    }
  });
  app.addHook('preValidation', async (request) => {
    const { principal } = request;
    if (principal?.kind !== 'backend') {
      return;
    }
    if (principal.bodySha256 !== request.bodySha256) {
      throw new ExecutorError('BODY_MISMATCH', 'token: bodySha256 is not the hash of this body.');
    }
    await useOnce(principal);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { principal, method } = request;
    if (principal && (method !== 'GET' || reply.statusCode >= 400)) {
      const path = request.routeOptions.url ?? 'unknown';
      context.log.info('request', { method, path, status: reply.statusCode, caller: actorOf(principal) });
    }
  });
}

function answerErrors(app: FastifyInstance, context: ExecutorContext): void {
  app.setNotFoundHandler(() => {
    throw new ExecutorError('NOT_FOUND', 'There is no such route.');
  });
  app.setErrorHandler((error, request, reply) => {
    const known = toExecutorError(error);
    if (EXECUTOR_ERRORS[known.code][0] >= 500) {
      const path = request.routeOptions.url ?? 'unknown';
      const cause = known.cause === undefined ? known.message : describeError(known.cause);
      context.log.error('request failed', { method: request.method, path, code: known.code, cause });
    }
    if (known.retryAfterSeconds !== undefined) {
      reply.header('retry-after', known.retryAfterSeconds);
    }
    const problem = toProblem(known);
    return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  });
}

function toExecutorError(error: unknown): ExecutorError {
  if (error instanceof ExecutorError) {
    return error;
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status === 413) {
    return new ExecutorError('BODY_TOO_LARGE', `body: is larger than ${BODY_LIMIT_BYTES} bytes.`);
  }
  if (status === 415) {
    return new ExecutorError('CONTENT_TYPE', 'Content-Type: only application/json is read.');
  }
  if (status >= 400 && status < 500) {
    return new ExecutorError('INVALID_REQUEST', 'The request could not be read.', { cause: error });
  }
  return new ExecutorError('INTERNAL', 'Something went wrong inside the executor.', { cause: error });
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') {
    return /\p{Surrogate}/u.test(value);
  }
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return Object.entries(value).some(([key, item]) => hasLoneSurrogate(key) || hasLoneSurrogate(item));
}
