import type { JsonObject } from '#contracts';
import { ExecutorError } from '../../errors.ts';
import type { Endpoint, Endpoints, OutboundReply, TicketForm } from '../../outbound/index.ts';
import type { Action, EffectOutcome, Resolution, TargetState } from '../action.ts';
import { noTarget, ownAction } from './own-action.ts';

const SHOWN_CHARACTERS = 4000;

interface RequestInput {
  readonly endpoint: string;
  readonly body?: JsonObject;
  readonly idempotent?: boolean;
}

interface TicketInput {
  readonly endpoint: string;
  readonly summary: string;
  readonly description?: string;
  readonly owner?: string;
  readonly priority?: 'low' | 'medium' | 'high' | 'critical';
}

/** Sends JSON to an endpoint that the administrator configured. */
export function httpRequestAction(endpoints: Endpoints): Action {
  const repeats = ({ endpoint, idempotent }: RequestInput) =>
    find(endpoints, endpoint).mayRepeat && idempotent !== false;
  return ownAction<RequestInput>({
    name: 'http.request',
    title: 'Call an endpoint',
    description: 'Sends a request to an endpoint that the administrator configured.',
    riskBase: 0.5,
    leavesNothing: false,
    target: ({ endpoint }) => {
      const { id } = find(endpoints, endpoint);
      return { key: `http/${id}`, system: 'http', kind: 'Endpoint', name: id };
    },
    read: async ({ endpoint }) => stateOf(find(endpoints, endpoint)),
    dryRun: (input) => describe(find(endpoints, input.endpoint), input.body ?? {}),
    warnings: (input) =>
      repeats(input) ? [] : ['It is sent once: if its outcome stays unknown, a person has to look.'],
    apply: (input, request, signal) =>
      send(find(endpoints, input.endpoint), input.body ?? {}, { ...request, mayRepeat: repeats(input) }, signal),
    resolve: (input) => resolution(repeats(input)),
  });
}

/** Opens a ticket at an endpoint that the administrator configured. A roll-back leaves it open. */
export function ticketAction(endpoints: Endpoints): Action {
  return ownAction<TicketInput>({
    name: 'ticket',
    title: 'Open a ticket',
    description: 'Opens a ticket at an endpoint that the administrator configured.',
    riskBase: 0.1,
    leavesNothing: true,
    target: ({ endpoint }) => noTarget('Endpoint', find(endpoints, endpoint).id),
    read: async ({ endpoint }) => stateOf(find(endpoints, endpoint)),
    dryRun: (input) =>
      describe(find(endpoints, input.endpoint), ticketBody(find(endpoints, input.endpoint).ticket, input)),
    apply: (input, request, signal) => {
      const endpoint = find(endpoints, input.endpoint);
      const { mayRepeat } = endpoint;
      return send(endpoint, ticketBody(endpoint.ticket, input), { ...request, mayRepeat }, signal);
    },
    resolve: ({ endpoint }) => resolution(find(endpoints, endpoint).mayRepeat),
  });
}

function find(endpoints: Endpoints, id: string): Endpoint {
  const endpoint = endpoints.get(id);
  if (!endpoint) {
    throw new ExecutorError('PARAMETER_INVALID', `endpoint: "${id}" is not configured on this executor.`);
  }
  return endpoint;
}

function stateOf({ id, version, method, host }: Endpoint): TargetState {
  return { uid: id, version, preImage: {}, summary: `${method} ${host}` };
}

function describe({ id, method, host }: Endpoint, body: JsonObject): string {
  const text = JSON.stringify(body, null, 2);
  const shown =
    text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}\n… ${text.length} characters` : text;
  return `${method} to the endpoint ${id} (${host}):\n${shown}`;
}

async function send(
  endpoint: Endpoint,
  body: JsonObject,
  request: {
    readonly operationId: string;
    readonly expected: { readonly version: string };
    readonly mayRepeat: boolean;
  },
  signal: AbortSignal
): Promise<EffectOutcome> {
  if (request.expected.version !== endpoint.version) {
    return { kind: 'conflict', message: 'the settings of the endpoint changed since approval' };
  }
  return toOutcome(await endpoint.send(body, request.operationId, signal), request.mayRepeat);
}

/** What a reply says about the effect. Of its text nothing is kept. */
function toOutcome(reply: OutboundReply, mayRepeat: boolean): EffectOutcome {
  if (reply.kind !== 'answered') {
    const kind = ({ blocked: 'refused', 'not-sent': 'unavailable', unknown: 'unknown' } as const)[reply.kind];
    return { kind, message: reply.message };
  }
  const { status, retryAfterSeconds } = reply;
  const message = `the endpoint answered ${status}`;
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  if (status >= 200 && status < 300) {
    return { kind: 'applied', message, details: { status } };
  }
  if (status === 429 || status === 425) {
    return { kind: 'unavailable', message, ...wait };
  }
  if (status === 401 || status === 403) {
    return { kind: 'unauthorised', message };
  }
  // 409 to a repeated key: the first request is still at work.
  const isUnclear = status < 300 || status >= 500 || status === 408 || (status === 409 && mayRepeat);
  return isUnclear ? { kind: 'unknown', message, ...wait } : { kind: 'refused', message };
}

function resolution(mayRepeat: boolean): Resolution {
  return mayRepeat
    ? { kind: 'not-applied', message: 'the endpoint ignores a second request with the same key' }
    : { kind: 'unavailable', message: 'the endpoint cannot be asked what it did' };
}

const JIRA_PRIORITIES = { low: 'Low', medium: 'Medium', high: 'High', critical: 'Highest' } as const;

function ticketBody(form: TicketForm, { summary, description, owner, priority }: TicketInput): JsonObject {
  const about = {
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(priority === undefined ? {} : { priority }),
  };
  if (form.format === 'plain') {
    return { summary, ...about };
  }
  const lines = [
    ...(description === undefined ? [] : [description]),
    ...(owner === undefined ? [] : [`Owner: ${owner}`]),
  ];
  return {
    fields: {
      project: { key: form.project },
      issuetype: { name: form.issueType },
      summary,
      ...(lines.length === 0 ? {} : { description: withoutMarkup(lines.join('\n')) }),
      ...(priority === undefined ? {} : { priority: { name: JIRA_PRIORITIES[priority] } }),
      labels: ['causeway'],
    },
  };
}

/** Jira reads descriptions as markup. */
function withoutMarkup(text: string): string {
  return `{noformat}\n${text.replaceAll(/\{(?=\s*noformat)/gi, '(')}\n{noformat}`;
}
