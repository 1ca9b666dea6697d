import { randomUUID } from 'node:crypto';
import type { AnalysisStage } from '#contracts';
import { activeGraph } from '#engine';
import type { EpochMs, RcaReport, ServiceName, Signal, TimeWindow } from '#model';
import { type Datasource, packSignals } from '../datasource/datasource.ts';
import { isFeature } from '../detection/signal-points.ts';
import { BackendError } from '../errors.ts';
import { collectContext } from './collect-context.ts';
import { collectEvents } from './collect-events.ts';
import { eventWindows } from './event-windows.ts';

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

/** Longest time before the window that is taken as normal. */
const MAX_BASELINE_MS = 3 * 3_600_000;

/**
 * Collects signals, graph, changes and logs of a window and lets the engine name the cause.
 * @param onStage  told about every stage when it begins
 * @throws TelemetryError when signals or graph cannot be read; BackendError when the analysis fails
 */
export async function investigate(
  datasource: Datasource,
  request: InvestigationRequest,
  signal: AbortSignal,
  onStage: (stage: AnalysisStage) => Promise<void> = async () => undefined
): Promise<Investigation> {
  const { service, symptom, window, onsetMs } = request;
  await onStage('signals');
  if (window.fromMs >= datasource.clock.now()) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The window lies in the future.', {
      remedy: 'Choose a window that has begun.',
    });
  }
  const read = await datasource.signals.readFine(window.fromMs, window.toMs, MAX_BASELINE_MS, signal);
  // Features are slower forms of the same signals; a cause is found in those of the catalogue.
  const signals = read.signals.filter((item) => !isFeature(item));
  const toMs = Math.min(window.toMs, read.window.toMs);
  const explained = { fromMs: window.fromMs, toMs };
  await onStage('topology');
  const { judgement, graphError, gaps } = await datasource.assess(toMs, signal);
  if (graphError) {
    throw graphError;
  }
  await onStage('detection');
  const baseline = timesBefore(explained, read.window);
  await onStage('evidence');
  // Calls that have not been made for long explain nothing of now.
  const graph = activeGraph(judgement.graph);
  const known = datasource.knownTimes.before(explained.fromMs);
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
    },
    signal
  );
  await onStage('report');
  return { report, signals, earlierIncidents: datasource.knownTimes.during(baseline) };
}

function timesBefore({ fromMs }: TimeWindow, read: TimeWindow): TimeWindow {
  return { fromMs: Math.max(read.fromMs, fromMs - MAX_BASELINE_MS), toMs: fromMs };
}

function uniqueGaps(gaps: RcaReport['gaps']): RcaReport['gaps'] {
  return [...new Map(gaps.map((gap) => [`${gap.source}\n${gap.reason}`, gap])).values()];
}
