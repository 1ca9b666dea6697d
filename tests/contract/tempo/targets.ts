import { randomBytes } from 'node:crypto';
import { createStore } from '../../../src/demo/store/index.ts';
import { createTempoClient } from '../../../src/telemetry/index.ts';
import { readExchangeLogs, serveExchanges, type LocalServer } from '../exchanges.ts';
import { serveStore } from '../prometheus/store-server.ts';
import { retrying } from '../settle.ts';
import { contractSpans, type TempoScope } from './contract-spans.ts';
import { toOtlpRequest } from './otlp-request.ts';
import { tempoConditions, tempoQuestions } from './questions.ts';

/** A Tempo, or what stands for one, that holds the traces of the contract. */
export interface TempoTarget extends TempoScope, LocalServer {}

/** A target by name; `open` fills it where it can be filled. */
export interface TempoContender {
  readonly name: string;
  readonly kind: 'store' | 'recorded' | 'live';
  open(): Promise<TempoTarget>;
}

/** Traces can be searched only some time after they were received. */
const SEARCHABLE_MS = 150_000;

/**
 * The store of the demo, every recorded server, and the server that `CAUSEWAY_TEST_TEMPO_URL` names, whose OTLP receiver
 * is at `CAUSEWAY_TEST_TEMPO_OTLP_URL`.
 */
export function tempoContenders(): readonly TempoContender[] {
  const url = process.env['CAUSEWAY_TEST_TEMPO_URL']?.replace(/\/+$/, '');
  const otlp = process.env['CAUSEWAY_TEST_TEMPO_OTLP_URL']?.replace(/\/+$/, '') ?? 'http://127.0.0.1:4318';
  return [
    { name: 'the store', kind: 'store', open: openStore },
    ...readExchangeLogs<TempoScope>('tempo').map(({ server, scope, exchanges }): TempoContender => ({
      name: `${server}, recorded`,
      kind: 'recorded',
      open: async () => ({ ...scope, ...(await serveExchanges(exchanges)) }),
    })),
    ...(url ? [{ name: `the server at ${url}`, kind: 'live', open: () => openLive(url, otlp) } as const] : []),
  ];
}

/** Sends the traces of the contract to a server, under names that nothing else has, and waits until they are found. */
export async function fillTempo(url: string, otlp: string): Promise<TempoScope> {
  const scope: TempoScope = {
    prefix: `contract-${Date.now().toString(36)}-`,
    idStart: `00${randomBytes(3).toString('hex')}`,
    // Tempo takes spans that ended more than two minutes ago for late ones and does not find them by their own time.
    baseMs: Math.floor(Date.now() / 1000) * 1000 - 40_000,
  };
  const spans = contractSpans(scope);
  // In two parts, as services send them.
  for (const part of [0, 1]) {
    const own = spans.filter(({ spanId }) => Number.parseInt(spanId.slice(-1), 16) % 2 === part);
    const reply = await fetch(`${otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(toOtlpRequest(own)),
      signal: AbortSignal.timeout(30_000),
    });
    if (!reply.ok) {
      throw new Error(`${otlp} did not take the spans: HTTP ${reply.status} ${(await reply.text()).slice(0, 300)}`);
    }
  }
  const tempo = createTempoClient({ url });
  await retrying(`the traces of ${scope.prefix}`, SEARCHABLE_MS, async () => {
    const answers = await tempoQuestions.conditions(tempo, scope);
    return tempoConditions.every(([name, , traces]) => (answers.get(name)?.length ?? 0) >= traces.length);
  });
  return scope;
}

async function openLive(url: string, otlp: string): Promise<TempoTarget> {
  return { ...(await fillTempo(url, otlp)), url, stop: () => Promise.resolve() };
}

async function openStore(): Promise<TempoTarget> {
  const scope = { prefix: 'contract-', idStart: '00c0ffee', baseMs: Date.UTC(2026, 5, 1, 12) };
  const store = createStore({ now: () => scope.baseMs + 60_000 });
  store.spans(contractSpans(scope));
  const { url, stop } = await serveStore(store);
  return { ...scope, url: `${url}/tempo`, stop };
}
