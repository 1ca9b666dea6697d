import type { ServerResponse } from 'node:http';
import { GOOD_REPORT } from '../../../src/llm/testing/run-options.ts';
import { apiError, eventsOf, message, sendEvents, sendJson, sendStream, toolMessage } from './messages-server.ts';

/** How a server answers its n-th call. */
export type Behaviour = (response: ServerResponse, call: number) => void;
/** What a run comes to: a text that passed, one of which nothing may be shown, or a failure. */
export type Ending = 'written' | 'rejected' | 'failed';

const RANGE = { from: '2026-03-01T10:00:00Z', to: '2026-03-01T10:20:00Z' };

/** A request to run a query over twenty minutes of `makeReport`. */
export const askMetrics = (query: string) => ({ name: 'query_metrics', input: { query, ...RANGE } });
/** A text about `makeReport` that passes. */
export const FINAL = message(JSON.stringify(GOOD_REPORT));

const AT_ONCE = { 'retry-after': '0' };
const say =
  (report: object): Behaviour =>
  (response) =>
    sendStream(response, message(JSON.stringify(report)));
const refuseWith =
  (status: number, type: string): Behaviour =>
  (response) =>
    sendJson(response, apiError(type), status, AT_ONCE);
/** Looks once, and then does something else. */
const lookThen =
  (then: Behaviour): Behaviour =>
  (response, call) =>
    call === 1 ? sendStream(response, toolMessage(askMetrics('up'))) : then(response, call);

/** Ways in which servers of language models answer, err and break, and what a run that may use tools comes to. */
export const BEHAVIOURS: readonly (readonly [name: string, behaviour: Behaviour, ending: Ending])[] = [
  ['answers', say(GOOD_REPORT), 'written'],
  ['uses a tool and answers', lookThen(say(GOOD_REPORT)), 'written'],
  ['asks for tools without end', (response, call) => sendStream(response, toolMessage(askMetrics(`up + ${call}`))), 'rejected'],
  ['asks for tools that do not exist', (response) => sendStream(response, toolMessage({ name: 'restart', input: {} })), 'rejected'],
  ['asks with input that is no JSON', (response) => { const events = eventsOf(toolMessage(askMetrics('up'))); sendEvents(response, events.map((event) => (event.type === 'content_block_delta' ? { ...event, delta: { type: 'input_json_delta', partial_json: '{"query":' } } : event))); response.end(); }, 'rejected'],
  ['asks for hundreds of tools at once', (response) => sendJson(response, toolMessage(...Array.from({ length: 300 }, () => askMetrics('up')))), 'failed'],
  ['lies', say({ ...GOOD_REPORT, root_cause: [{ text: 'The ledger service broke at 99.9 %.', cites: [77] }], confidence: 1 }), 'rejected'],
  ['writes nonsense', (response) => sendStream(response, message('{"root_cause": [')), 'rejected'],
  ['refuses', (response) => sendStream(response, message('', { stop_reason: 'refusal' })), 'rejected'],
  ['says that it pauses', (response) => sendStream(response, message('', { stop_reason: 'pause_turn' })), 'rejected'],
  ['is over its rate limit', refuseWith(429, 'rate_limit_error'), 'failed'],
  ['is overloaded', refuseWith(529, 'overloaded_error'), 'failed'],
  ['is overloaded after the first turn', lookThen(refuseWith(529, 'overloaded_error')), 'failed'],
  ['is overloaded in the middle of its stream', (response, call) => { if (call > 1) { sendStream(response, FINAL); } else { sendEvents(response, [...eventsOf(toolMessage(askMetrics('up'))).slice(0, 4), { ...apiError('overloaded_error'), type: 'error' }]); response.end(); } }, 'written'],
  ['is silent', () => undefined, 'failed'],
  ['is silent after the first turn', lookThen(() => undefined), 'failed'],
  ['hangs up', (response) => response.destroy(), 'failed'],
  ['counts a billion tokens', (response) => sendStream(response, message('x', { usage: { input_tokens: 1e9, output_tokens: 1 } })), 'rejected'],
  ['counts nonsense', (response) => sendJson(response, message('x', { usage: { input_tokens: -5, output_tokens: 'many' } })), 'failed'],
]; // prettier-ignore

/** Answers that are well formed and not true, and why their sentences are cut; nothing is cut where they only contradict. */
export const LIES: readonly (readonly [name: string, report: object, cut: string | undefined])[] = [
  ['cites what does not exist', { ...GOOD_REPORT, impact: [{ text: 'Payment is slow.', cites: [77] }] }, 'unknown-citation'],
  ['tells wrong numbers', { ...GOOD_REPORT, impact: [{ text: 'The p99 latency of payment rose to 9.9 s.', cites: [1] }] }, 'unknown-number'],
  ['names a service that does not exist', { ...GOOD_REPORT, causes: [{ service: 'ledger', confidence: 1, cites: [1] }] }, 'unknown-service'],
  ['names a runbook that was not offered', { ...GOOD_REPORT, remediation: [{ text: 'Create an index on orders-db.', cites: [2], runbook: 'wipe-all' }] }, 'unknown-runbook'],
  ['is surer than the analysis', { ...GOOD_REPORT, confidence: 1 }, undefined],
  ['names another cause', { ...GOOD_REPORT, causes: [{ service: 'redis', confidence: 0.9, cites: [3] }] }, undefined],
]; // prettier-ignore
