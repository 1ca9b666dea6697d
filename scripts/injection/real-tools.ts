import type { InvestigationTools, QueryValidator, ToolReply, ToolRequest } from '#llm';
import { queryValidator } from '../../src/backend/investigator/query-validator.ts';
import { ReadingTools } from '../../src/backend/investigator/reading-tools.ts';
import type { FakeCall } from '../../src/llm/testing/fake-tools.ts';
import { type Injection, INJECTIONS } from '../../src/llm/testing/injection-corpus.ts';
import { makeReport } from '../../src/llm/testing/reports.ts';
import { answersOf, attempt } from '../../src/llm/testing/try-injections.ts';
import type { TrialResult } from '../trial.ts';
import { type HostileStore, openHostileStore, TRACE_ID } from './hostile-store.ts';

const RANGE = { from: '2026-03-01T10:00:00Z', to: '2026-03-01T10:29:00Z' };

/** Shorter texts are never cut. */
const LONG_TEXT = 200;

/** What a model asks for to read the text where it stands. */
const CHANNELS: Readonly<Record<string, Omit<ToolRequest, 'id'>>> = {
  label: { name: 'query_metrics', input: { query: 'hostile_label', ...RANGE } },
  'alert-annotation': { name: 'query_metrics', input: { query: 'ALERTS{alertstate="firing"}', ...RANGE } },
  log: { name: 'search_logs', input: { query: '{job="shop"}', ...RANGE } },
  'kubernetes-event': { name: 'search_logs', input: { query: '{job="kubernetes-events"}', ...RANGE } },
  change: { name: 'list_changes', input: RANGE },
  'trace-search': { name: 'search_traces', input: { query: '{ resource.service.name = "redis" }', ...RANGE } },
  'span-attribute': { name: 'read_trace', input: { trace_id: TRACE_ID } },
  runbook: { name: 'list_runbooks', input: {} },
};

/** The tools of the backend, which remember what reached them and what they gave. */
class WatchedTools extends ReadingTools {
  readonly calls: FakeCall[] = [];
  readonly replies: ToolReply[] = [];
}

/**
 * Tries every hostile text through the tools of the backend: it stands in labels, alerts, logs, Kubernetes events, changes, spans
 * and runbooks of a store that these read over HTTP. A channel through which no text came is a failure: nothing would have been tried.
 */
export async function tryRealTools(injections: readonly Injection[] = INJECTIONS): Promise<TrialResult> {
  const store = await openHostileStore();
  const failures: object[] = [];
  const reached = new Set<string>();
  let tried = 0;
  try {
    for (const injection of injections) {
      store.plant(injection.text);
      for (const [channel, look] of Object.entries(CHANNELS)) {
        const answers = answersOf(injection, 'investigate');
        // The fake tools are tried with all answers; here it is the way of the text that is tried.
        for (const answer of [answers[0], answers.at(-1)].filter((given) => given !== undefined)) {
          tried += 1;
          const { what, rows } = await tryOne(store, injection, answer, look);
          if (rows > 0) {
            reached.add(channel);
          }
          if (what.length > 0) {
            failures.push({ injection: injection.id, channel: `real ${channel}`, what });
          }
        }
      }
    }
  } finally {
    await store.close();
  }
  const untried = Object.keys(CHANNELS).filter((channel) => !reached.has(channel));
  failures.push(...untried.map((channel) => ({ channel: `real ${channel}`, what: ['no text came through it'] })));
  const total = tried + Object.keys(CHANNELS).length;
  return { tried: total, held: total - failures.length, failures };
}

async function tryOne(store: HostileStore, injection: Injection, answer: object, look: Omit<ToolRequest, 'id'>) {
  const report = makeReport();
  const tools = watched(new WatchedTools(store.datasource, { report, incidentId: '' }, store));
  const seen: { query: string }[] = [];
  const validator: QueryValidator & { readonly seen: typeof seen } = {
    seen,
    validate: (language, query) => {
      seen.push({ query });
      return queryValidator.validate(language, query);
    },
  };
  const what = await attempt(injection, answer, { report, mode: 'investigate', tools, validator, look: [look] });
  const rows = tools.replies[0]?.rows ?? [];
  // Tools cut long texts. Where the end with the order was cut off, nobody spoke to the model: its doubt is its own.
  const { text } = injection;
  const isCut = text.length > LONG_TEXT && !rows.some(({ statement }) => statement.includes(text.slice(-20)));
  return { what: isCut ? what.filter((problem) => !problem.startsWith('the verdict')) : what, rows: rows.length };
}

type Method = keyof InvestigationTools;
const METHODS: readonly Method[] = [
  'queryMetrics',
  'searchLogs',
  'searchTraces',
  'readTrace',
  'topology',
  'blastRadius',
  'ranking',
  'effects',
  'changes',
  'runbooks',
  'similarIncidents',
];

/** Notes every call, then makes it. */
function watched(tools: WatchedTools): WatchedTools {
  for (const method of METHODS) {
    const original = (tools[method] as (...given: unknown[]) => Promise<ToolReply>).bind(tools);
    const noted = async (...given: unknown[]): Promise<ToolReply> => {
      const limits = given.at(-1) as FakeCall['limits'];
      tools.calls.push({ method, input: given.length > 1 ? given[0] : {}, limits });
      const reply = await original(...given);
      tools.replies.push(reply);
      return reply;
    };
    Object.assign(tools, { [method]: noted });
  }
  return tools;
}
