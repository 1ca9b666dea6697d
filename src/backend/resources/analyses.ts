import { analysisRequestSchema, type AnalysisEvent, type AnalysisRequest, type AnalysisStage } from '#contracts';
import { BackendError, toFailure } from '../errors.ts';
import { describeThrown } from '../grpc/hclog.ts';
import type { CallResourceResponse } from '../grpc/messages.ts';
import { investigate } from '../investigations/investigate.ts';
import { narrateReport } from '../investigations/narrate-report.ts';
import { toModelUse } from '../investigator/model-use.ts';
import { readBody } from './parameters.ts';
import { toLine, toStreamStart } from './respond.ts';
import type { ResourceCall } from './router.ts';

const MAX_CONCURRENT = 4;
const MAX_WINDOW_MS = 24 * 3_600_000;

let running = 0;

/**
 * `POST analyses`: progress and report as JSON lines; the last line is `report` or `error`. A call that is cancelled
 * stops its reads. What cannot even start is a plain JSON error with a status of its own.
 */
export async function streamAnalysis(
  call: ResourceCall,
  send: (part: CallResourceResponse) => Promise<void>
): Promise<void> {
  const request = readRequest(call.body);
  if (running >= MAX_CONCURRENT) {
    throw new BackendError('CAUSEWAY_TOO_MANY_ANALYSES', `${running} analyses are running.`);
  }
  running += 1;
  try {
    await runAnalysis(call, request, send);
  } finally {
    running -= 1;
  }
}

async function runAnalysis(
  { datasource, signal, metrics, log }: ResourceCall,
  request: AnalysisRequest,
  send: (part: CallResourceResponse) => Promise<void>
): Promise<void> {
  const startedMs = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedMs);
  const sendEvent = (event: AnalysisEvent): Promise<void> => send(toLine(event));
  const onStage = (stage: AnalysisStage): Promise<void> =>
    sendEvent({ type: 'progress', stage, elapsedMs: elapsedMs() });
  await send(toStreamStart());
  try {
    const { service, fromMs, toMs } = request;
    const { report } = await investigate(datasource, { service, window: { fromMs, toMs } }, signal, onStage);
    let worded = report;
    if (request.narrate && datasource.settings.llm.enabled) {
      await onStage('narrative');
      const narrated = await narrateReport(report, datasource, signal, (outcome) =>
        metrics.models.countUse(toModelUse(datasource, 'explain', outcome))
      );
      worded = narrated.problem
        ? { ...narrated.report, gaps: [...report.gaps, { source: 'llm', reason: narrated.problem.message }] }
        : narrated.report;
    }
    await sendEvent({ type: 'report', report: worded, elapsedMs: elapsedMs() });
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, remedy } = toFailure(error);
    log('warn', 'analysis failed', { service: request.service, code, error: describeThrown(error) });
    await sendEvent({ type: 'error', code, message, remedy });
  }
}

function readRequest(body: Buffer): AnalysisRequest {
  const request = readBody(analysisRequestSchema, body);
  const { fromMs, toMs } = request;
  if (toMs <= fromMs || toMs - fromMs > MAX_WINDOW_MS) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The window is empty or longer than 24 hours.', {
      remedy: 'Give a toMs after fromMs, at most 24 hours later.',
    });
  }
  return request;
}
