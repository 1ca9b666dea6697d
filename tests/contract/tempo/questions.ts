import type { TempoClient } from '../../../src/telemetry/index.ts';
import { fetchSlowTraces, fetchTempoTopology } from '../../../src/telemetry/index.ts';
import { quoteTraceQl } from '../../../src/telemetry/promql/escape.ts';
import { ODD_NAME, ODD_OPERATION, traceIdOf, type TempoScope } from './contract-spans.ts';

const DAY_MS = 86_400_000;

function windowOf({ baseMs }: TempoScope, fromMs = -60_000, toMs = 60_000) {
  return { fromMs: baseMs + fromMs, toMs: baseMs + toMs };
}

function isService({ prefix }: TempoScope, service: string): string {
  return `resource.service.name = ${quoteTraceQl(`${prefix}${service}`)}`;
}

function search(tempo: TempoClient, scope: TempoScope, condition: string, limit = 50) {
  return tempo.search(`{ ${condition} }`, { window: windowOf(scope), limit });
}

/** Conditions on spans and the traces of the contract that have such a span. */
export const tempoConditions: readonly (readonly [string, (scope: TempoScope) => string, readonly number[]])[] = [
  ['a service', (scope) => isService(scope, 'gateway'), [0, 1, 2, 3]],
  ['a service with an odd name', (scope) => isService(scope, ODD_NAME), [4]],
  [
    'a service among several',
    (scope) => `resource.service.name =~ ${quoteTraceQl(`${scope.prefix}(order|mailer)`)}`,
    [0, 1, 2, 3, 5],
  ],
  ['an operation', (scope) => `${isService(scope, 'order')} && name = "SELECT orders"`, [0, 1, 2, 3]],
  ['an error', (scope) => `${isService(scope, 'order')} && status = error`, [1]],
  ['a kind', (scope) => `${isService(scope, 'mailer')} && kind = consumer`, [5]],
  ['a duration', (scope) => `${isService(scope, 'order')} && duration > 1s`, [1]],
  ['a whole number', (scope) => `${isService(scope, 'gateway')} && span.http.response.status_code >= 500`, [1]],
  ['a fraction', (scope) => `${isService(scope, 'gateway')} && span.ratio >= 0.5`, [2, 3]],
  ['a truth', (scope) => `${isService(scope, 'gateway')} && span.canary = true`, [2]],
  ['a text', (scope) => `${isService(scope, 'order')} && span.db.system = "postgresql"`, [0, 1, 2, 3]],
  ['an attribute of the resource', (scope) => `${isService(scope, 'order')} && resource.service.version = "2.1"`, [0, 1, 2, 3]],
  ['an attribute of either', (scope) => `${isService(scope, 'order')} && .k8s.namespace.name = "shop"`, [0, 1, 2, 3]],
  ['an attribute that nothing has', (scope) => `${isService(scope, 'order')} && span.none = "x"`, []],
  ['a service that is not there', (scope) => isService(scope, 'nobody'), []],
  [
    'one of two',
    (scope) => `(${isService(scope, 'mailer')} || ${isService(scope, 'order')}) && (kind = consumer || status = error)`,
    [1, 5],
  ],
]; // prettier-ignore

/** What the product asks Tempo, with a client and the data of a scope. The same for every server, so that answers can be recorded. */
export const tempoQuestions = {
  conditions: async (tempo: TempoClient, scope: TempoScope) => {
    const answers = new Map<string, Awaited<ReturnType<TempoClient['search']>>>();
    for (const [name, condition] of tempoConditions) {
      answers.set(name, await search(tempo, scope, condition(scope)));
    }
    return answers;
  },
  limited: (tempo: TempoClient, scope: TempoScope) => search(tempo, scope, isService(scope, 'gateway'), 2),
  elsewhen: (tempo: TempoClient, scope: TempoScope) =>
    tempo.search(`{ ${isService(scope, 'gateway')} }`, { window: windowOf(scope, -3_600_000, -1_800_000), limit: 50 }),
  oddOperation: (tempo: TempoClient, scope: TempoScope) =>
    search(tempo, scope, `${isService(scope, ODD_NAME)} && name = ${quoteTraceQl(ODD_OPERATION)}`),
  trace: (tempo: TempoClient, scope: TempoScope) => tempo.trace(traceIdOf(scope, 1)),
  traceWithoutZeros: (tempo: TempoClient, scope: TempoScope) => tempo.trace(traceIdOf(scope, 2).replace(/^0+/, '')),
  oddTrace: (tempo: TempoClient, scope: TempoScope) => tempo.trace(traceIdOf(scope, 4)),
  slow: (tempo: TempoClient, scope: TempoScope) => fetchSlowTraces(tempo, `${scope.prefix}order`, windowOf(scope)),
  topology: (tempo: TempoClient, scope: TempoScope) =>
    fetchTempoTopology(tempo, windowOf(scope, -1000, 10_000), { maxTraces: 100 }),
  buildInfo: (tempo: TempoClient) => tempo.buildInfo(),
  unknownTrace: (tempo: TempoClient, scope: TempoScope) => tempo.trace(traceIdOf(scope, 255)),
  syntax: (tempo: TempoClient, scope: TempoScope) => search(tempo, scope, 'status ='),
  types: (tempo: TempoClient, scope: TempoScope) => search(tempo, scope, 'duration = "long"'),
  pattern: (tempo: TempoClient, scope: TempoScope) => search(tempo, scope, 'name =~ "("'),
  tooLong: (tempo: TempoClient, scope: TempoScope) =>
    tempo.search('{}', { window: windowOf(scope, -10 * DAY_MS), limit: 1 }),
} as const;
