import {
  type IncidentRecord,
  RESOURCE_PATHS,
  type RunDetail,
  type RunEventsAnswer,
  type RunRecord,
  type RunRequest,
  type RunsAnswer,
  type RunStreamLine,
  type StartedRun,
} from '#contracts';
import type { BackendCalls } from './backend-calls.ts';

/** What to start. `again` asks anew beside the run that answers the same question. */
export interface RunStart {
  readonly request: RunRequest;
  readonly origin: 'person' | 'link';
  readonly incidentId?: string | null;
  readonly again?: boolean;
}

/** What a list of runs is narrowed to. */
export interface RunFilter {
  readonly incidentId?: string;
  readonly service?: string;
  readonly limit?: number;
}

/** Investigation runs of the backend. */
export interface RunClient {
  start(start: RunStart, signal?: AbortSignal): Promise<StartedRun>;
  /** Newest first; the first page. */
  list(filter: RunFilter, signal?: AbortSignal): Promise<RunsAnswer>;
  find(id: string, signal?: AbortSignal): Promise<RunDetail>;
  events(id: string, after: number, signal?: AbortSignal): Promise<RunEventsAnswer>;
  /** Lines after a number until the stream ends; one that ends without a line `run` was cut. */
  stream(id: string, after: number, onLine: (line: RunStreamLine) => void, signal?: AbortSignal): Promise<void>;
  cancel(id: string): Promise<RunRecord>;
  /** Opens an incident from what a finished run found. */
  declareIncident(runId: string): Promise<IncidentRecord>;
}

/** A run ends by its own limits; a stream that outlives them is attached anew. */
const STREAM_DEADLINE_MS = 900_000;

const LINE_KINDS: readonly unknown[] = ['event', 'waiting', 'problem', 'run'];

export function createRunClient({ ask, get, lines }: BackendCalls): RunClient {
  const at = (path: string, id: string) => path.replace(':id', encodeURIComponent(id));
  return {
    start: (start, signal) => ask(RESOURCE_PATHS.runs, { method: 'POST', data: start }, { signal }),
    list: (filter, signal) => get(RESOURCE_PATHS.runs, { ...filter }, signal),
    find: (id, signal) => get(at(RESOURCE_PATHS.run, id), {}, signal),
    events: (id, after, signal) => get(at(RESOURCE_PATHS.runEvents, id), { after }, signal),
    stream: (id, after, onLine, signal) =>
      lines(
        at(RESOURCE_PATHS.runStream, id),
        { method: 'GET', params: { after } },
        (line) => {
          if (isStreamLine(line)) {
            onLine(line);
          }
        },
        { signal, deadlineMs: STREAM_DEADLINE_MS }
      ),
    cancel: (id) => ask(at(RESOURCE_PATHS.runCancel, id), { method: 'POST', data: {} }),
    declareIncident: (runId) => ask(RESOURCE_PATHS.incidents, { method: 'POST', data: { runId } }),
  };
}

function isStreamLine(line: unknown): line is RunStreamLine {
  return typeof line === 'object' && line !== null && LINE_KINDS.includes((line as { kind?: unknown }).kind);
}
