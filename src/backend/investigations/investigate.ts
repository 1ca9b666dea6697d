import { randomUUID } from 'node:crypto';
import type { AnalysisStage } from '#contracts';
import { activeGraph, findTrouble } from '#engine';
import type { EpochMs, RcaReport, ServiceName, Signal, TimeWindow } from '#model';
import { type Datasource, packSignals } from '../datasource/datasource.ts';
import { unpackSignal } from '../analysis/packed-signal.ts';
import { isFeature } from '../detection/signal-points.ts';
import { BackendError } from '../errors.ts';
import { collectContext, type IncidentContext } from './collect-context.ts';
import { collectEvents, type CollectedEvents } from './collect-events.ts';
import { type EventWindows, eventWindows } from './event-windows.ts';
import { collectDetails, detailServices } from './evidence/collect-details.ts';
import type { DetailSubject } from './evidence/detail-part.ts';

/** What to explain. */
export interface InvestigationRequest {
  readonly service: ServiceName;
  /** The stranger of both when missing. */
  readonly symptom?: 'latency' | 'errors';
  readonly window: TimeWindow;
  /** First anomalous sample where the detector knows it. */
  readonly onsetMs?: EpochMs;
}

/** A report with what it was made from. */
export interface Investigation {
  readonly report: RcaReport;
  readonly signals: readonly Signal[];
  /** Times of earlier incidents in which the signals are not what is usual. */
  readonly earlierIncidents: readonly TimeWindow[];
}

/** How far an investigation goes. */
export interface InvestigationOptions {
  /** Also collect what the ranking does not need: log samples, traces, workloads, limits, impact and alerts. */
  readonly details?: boolean;
}

/** Longest time before the window that is taken as normal. */
const MAX_BASELINE_MS = 3 * 3_600_000;

/**
 * Collects signals, graph, changes and logs of a window and lets the engine name the cause.
 * @param onStage  told about every stage when it begins
 * @param options  details change neither the ranking nor the verdict
 * @throws TelemetryError when signals or graph cannot be read; BackendError when the analysis fails
 */
export async function investigate(
  datasource: Datasource,
  request: InvestigationRequest,
  signal: AbortSignal,
  onStage: (stage: AnalysisStage) => Promise<void> = async () => undefined,
  { details = false }: InvestigationOptions = {}
): Promise<Investigation> {
  const { service, symptom, window } = request;
  await onStage('signals');
  refuseFuture(window, datasource.clock.now());
  const read = await datasource.signals.readFine(window.fromMs, window.toMs, MAX_BASELINE_MS, signal);
  // Features are slower forms of the same signals; a cause is found in those of the catalogue.
  const signals = read.signals.filter((item) => !isFeature(item));
  const baseline = timesBefore(window, read.window);
  const known = datasource.knownTimes.during(baseline).map((time) => upTo(time, window.fromMs));
  const { onsetMs, toMs, endedMs } = troubleOf(request, signals, read.window, known);
  const explained = { fromMs: window.fromMs, toMs };
  await onStage('topology');
  const { judgement, graphError, gaps } = await datasource.assess(toMs, signal);
  if (graphError) {
    throw graphError;
  }
  await onStage('detection');
  await onStage('evidence');
  // Calls that have not been made for long explain nothing of now.
  const graph = activeGraph(judgement.graph);
  const windows = eventWindows({ baseline, window: explained, onsetMs }, known);
  const [context, counted] = await Promise.all([
    collectContext(datasource, { service, graph, window: explained, baseline, signal }),
    windows && collectEvents(datasource, { service, graph, windows, signal }),
  ]);
  await onStage('ranking');
  const trained = datasource.trained.current();
  const report = await datasource.pool.run(
    'analyse',
    {
      id: randomUUID(),
      service,
      signals: packSignals(signals, read, known),
      graph,
      window: explained,
      baseline,
      changes: context.changes,
      errorLogs: context.errorLogs,
      traces: context.traces,
      replicas: context.replicas,
      gaps: uniqueGaps([...gaps, ...context.gaps, ...(counted?.gaps ?? []), ...trained.gaps]),
      ...(counted ? { events: counted.events } : {}),
      ...(trained.weights ? { weights: trained.weights } : {}),
      ...(symptom === undefined ? {} : { symptom }),
      ...(onsetMs === undefined ? {} : { onsetMs }),
      ...(endedMs === undefined ? {} : { endedMs }),
    },
    signal
  );
  const made = { report, graph, signals, windows, context, counted };
  const found = details ? await withDetails(datasource, made, signal, onStage) : report;
  await onStage('report');
  return { report: found, signals, earlierIncidents: known };
}

/** Since when there is trouble, where that is known, and until when it is explained: calm after it says nothing of its cause. */
function troubleOf(
  { service, window, onsetMs }: InvestigationRequest,
  signals: readonly Signal[],
  read: TimeWindow,
  known: readonly TimeWindow[]
): { readonly onsetMs: EpochMs | undefined; readonly toMs: EpochMs; readonly endedMs: EpochMs | undefined } {
  const toMs = Math.min(window.toMs, read.toMs);
  if (onsetMs !== undefined) {
    return { onsetMs, toMs, endedMs: undefined };
  }
  const own = signals.filter((signal) => signal.service === service);
  const normal = packSignals(own, { window: read }, known).map(unpackSignal);
  const found = findTrouble(normal, service, { fromMs: window.fromMs, toMs });
  const endMs = found?.endMs ?? toMs;
  return { onsetMs: found?.onsetMs, toMs: endMs, endedMs: endMs < toMs ? endMs : undefined };
}

function upTo({ fromMs, toMs }: TimeWindow, limitMs: EpochMs): TimeWindow {
  return { fromMs, toMs: Math.min(toMs, limitMs) };
}

function refuseFuture({ fromMs }: TimeWindow, nowMs: EpochMs): void {
  if (fromMs >= nowMs) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The window lies in the future.', {
      remedy: 'Choose a window that has begun.',
    });
  }
}

/** A report with further evidence about its leading causes, their paths and the target. */
async function withDetails(
  datasource: Datasource,
  made: Pick<DetailSubject, 'report' | 'graph' | 'signals'> & {
    readonly windows: EventWindows | undefined;
    readonly context: IncidentContext;
    readonly counted: CollectedEvents | undefined;
  },
  signal: AbortSignal,
  onStage: (stage: AnalysisStage) => Promise<void>
): Promise<RcaReport> {
  await onStage('details');
  const { report, graph, signals, windows, context, counted } = made;
  const { window, baseline, onsetMs } = report;
  const incident = windows?.incident ?? { fromMs: Math.max(window.fromMs, onsetMs), toMs: window.toMs };
  const subject: DetailSubject = {
    report,
    graph,
    signals,
    windows: { baseline: heardPart(windows?.baseline ?? baseline, signals), incident },
    lines: counted?.events.lines,
    traces: context.traces,
    ...detailServices(report),
  };
  const { evidence, impact, gaps } = await collectDetails(datasource, subject, signal);
  return {
    ...report,
    evidence: [...report.evidence, ...evidence],
    impact,
    gaps: uniqueGaps([...report.gaps, ...gaps]),
  };
}

/** Of normal times those from the first sample on: nothing was counted before anything was measured. */
function heardPart({ fromMs, toMs }: TimeWindow, signals: readonly Signal[]): TimeWindow {
  const firstMs = signals.reduce((least, { series }) => Math.min(least, series.timesMs[0] ?? Infinity), Infinity);
  return { fromMs: firstMs < toMs ? Math.max(fromMs, firstMs) : fromMs, toMs };
}

function timesBefore({ fromMs }: TimeWindow, read: TimeWindow): TimeWindow {
  return { fromMs: Math.max(read.fromMs, fromMs - MAX_BASELINE_MS), toMs: fromMs };
}

function uniqueGaps(gaps: RcaReport['gaps']): RcaReport['gaps'] {
  return [...new Map(gaps.map((gap) => [`${gap.source}\n${gap.reason}`, gap])).values()];
}
