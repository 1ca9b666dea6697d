import { z } from 'zod';
import type { HostConfig } from './config.ts';
import { HostError } from './errors.ts';
import { forward } from './forward.ts';
import type { HostState } from './host-state.ts';
import { type Exchange, readBody, readJson, sendJson } from './http.ts';
import { DEMO_PEOPLE, toSessionCookie } from './identity.ts';

/** One reading of the shop's clock. */
export interface ClockReading {
  readonly nowMs: number;
  readonly speed: number;
}

const PROBE_DEADLINE_MS = 2000;
const clockSchema = z.object({ nowMs: z.number(), speed: z.number() });
const sessionSchema = z.object({ login: z.string() });

/** Paths below `/demo/` that are the shop's own, with what they are called there. */
const SHOP_PATHS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^clock$/, ['GET', 'PUT']],
  [/^clock\/advance$/, ['POST']],
  [/^faults$/, ['GET', 'POST', 'DELETE']],
  [/^faults\/[a-z0-9-]+$/, ['DELETE']],
  [/^state$/, ['GET']],
];

/** The shop's clock; real time where the shop does not answer. */
export async function fetchClock(config: HostConfig): Promise<ClockReading> {
  try {
    const answer = await fetch(`${config.worldUrl}/shop/v1/clock`, { signal: AbortSignal.timeout(PROBE_DEADLINE_MS) });
    return clockSchema.parse(await answer.json());
  } catch {
    return { nowMs: Date.now(), speed: 1 };
  }
}

/** Answers `/demo/*`: the visitor's controls of the shop, the persons, and the state of the processes. */
export async function handleDemo(state: HostState, exchange: Exchange, path: string): Promise<void> {
  if (path === 'session') {
    return handleSession(exchange);
  }
  if (path === 'processes' && exchange.method === 'GET') {
    return sendJson(exchange.response, { processes: await listProcesses(state) });
  }
  if (path === 'alerts' && exchange.method === 'POST') {
    return tellAlerts(state, exchange);
  }
  const known = SHOP_PATHS.find(([pattern, methods]) => pattern.test(path) && methods.includes(exchange.method));
  if (!known) {
    throw new HostError('CAUSEWAY_HOST_NOT_FOUND', `The demo has no ${exchange.method} /demo/${path}`);
  }
  const url = new URL(`${state.config.worldUrl}/shop/v1/${path}`);
  url.search = exchange.query.toString();
  const body = await readBody(exchange.request);
  const headers = { Accept: 'application/json', ...(body.length > 0 ? { 'Content-Type': 'application/json' } : {}) };
  await forward(exchange, { url, method: exchange.method, headers, body, upstream: 'The simulated shop' });
}

/** Hands alerts on as the contact point of a Grafana would: the same body, with the bearer of alerts. */
async function tellAlerts({ config }: HostState, exchange: Exchange): Promise<void> {
  if (config.alertToken === undefined) {
    throw new HostError('CAUSEWAY_HOST_NOT_FOUND', 'This host tells the executor of no alerts');
  }
  await forward(exchange, {
    url: new URL(`${config.executorUrl}/v1/alerts`),
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${config.alertToken}` },
    body: await readBody(exchange.request),
    upstream: 'The executor',
  });
}

async function handleSession(exchange: Exchange): Promise<void> {
  const people = DEMO_PEOPLE.map(({ login, name, role }) => ({ login, name, role }));
  if (exchange.method === 'POST') {
    const { login } = sessionSchema.catch({ login: '' }).parse(await readJson(exchange.request));
    const person = DEMO_PEOPLE.find((item) => item.login === login);
    if (!person) {
      const known = people.map((item) => item.login).join(', ');
      throw new HostError('CAUSEWAY_HOST_BAD_REQUEST', `login: the demo knows ${known}`);
    }
    exchange.response.setHeader('Set-Cookie', toSessionCookie(person));
    return sendJson(exchange.response, { user: person.login, users: people });
  }
  return sendJson(exchange.response, { user: exchange.person.login, users: people });
}

async function listProcesses(state: HostState): Promise<{ name: string; state: string; detail: string }[]> {
  const backend = state.backend.state();
  const probes = [
    probe('Shop', `${state.config.worldUrl}/shop/v1/clock`),
    probe('Executor', `${state.config.executorUrl}/healthz`),
  ];
  const detail = backend.starts > 1 ? `started ${backend.starts} times` : '';
  return [...(await Promise.all(probes)), { name: 'Backend', state: backend.state, detail }];
}

async function probe(name: string, url: string): Promise<{ name: string; state: string; detail: string }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_DEADLINE_MS) });
    await answer.body?.cancel();
    return answer.ok
      ? { name, state: 'running', detail: '' }
      : { name, state: 'failing', detail: `HTTP ${answer.status}` };
  } catch {
    return { name, state: 'not answering', detail: '' };
  }
}
