import { activeGraph } from '#engine';
import type { InvestigationTools, ToolLimits, ToolReply, ToolRow } from '#llm';
import type { RcaReport, Seconds, ServiceGraph, ServiceName, TimeSeries, TimeWindow } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import type { InvestigatorLedger } from '../executor/investigator-ledger.ts';
import { toLogRows } from './log-rows.ts';
import { similarTo, toIncidentRow } from './past-incidents.ts';
import { isLogMetric } from './query-validator.ts';
import { toBlastRows, toChangeRows, toEffectRows, toNeighbourRows, toRankingRows } from './report-rows.ts';
import { toRunbookRows } from './runbook-rows.ts';
import { toSeriesRows } from './series-rows.ts';
import { toSearchRows, toTraceRows } from './trace-rows.ts';

/** What the tools read from. */
export type ToolSources = Pick<Datasource, 'changes' | 'assess'> & {
  readonly upstreams: Pick<Datasource['upstreams'], 'prometheus' | 'loki' | 'tempo' | 'executor'>;
};

/** Whom the tools are for. */
export interface ToolSubject {
  readonly report: RcaReport;
  /** Empty when the report is of no incident of the ledger. */
  readonly incidentId: string;
}

/** Points of one series: enough to see when something changed. */
const POINTS = 120;
const MIN_STEP_SECONDS = 5;
const MAX_SERIES = 200;
const MAX_LINES = 400;
const MAX_TRACES = 20;
const MAX_PAST_INCIDENTS = 4;

/**
 * What the language model may look at, over the sources of one datasource. Every method only reads and is bounded: points and
 * series of a query, lines, traces, rows and bytes of what is answered. A source that is not configured or away throws, and the
 * model is told.
 */
export class ReadingTools implements InvestigationTools {
  private readonly sources: ToolSources;
  private readonly subject: ToolSubject;
  private readonly ledger: Pick<InvestigatorLedger, 'listRunbooks'> | undefined;

  constructor(
    sources: ToolSources,
    subject: ToolSubject,
    ledger: Pick<InvestigatorLedger, 'listRunbooks'> | undefined
  ) {
    this.sources = sources;
    this.subject = subject;
    this.ledger = ledger;
  }

  async queryMetrics(input: Parameters<InvestigationTools['queryMetrics']>[0], limits: ToolLimits): Promise<ToolReply> {
    const { prometheus } = this.sources.upstreams;
    const { query, window } = input;
    await this.refuseManySeries(query, window, limits);
    const read = (times: TimeWindow) =>
      prometheus.queryRange(query, toRange(times, stepOf(window, input.stepSeconds)), limits);
    return this.answerSeries(read, window, 'metric', limits);
  }

  async searchLogs({ query, window }: { query: string; window: TimeWindow }, limits: ToolLimits): Promise<ToolReply> {
    const loki = configured(this.sources.upstreams.loki, 'Loki');
    if (isLogMetric(query)) {
      const read = (times: TimeWindow) => loki.queryRange(query, toRange(times, stepOf(window)), limits);
      return this.answerSeries(read, window, 'log', limits);
    }
    const lines = await loki.queryLines(query, { window, limit: MAX_LINES, signal: limits.signal });
    return bounded(toLogRows(lines), limits);
  }

  async searchTraces({ query, window }: { query: string; window: TimeWindow }, limits: ToolLimits): Promise<ToolReply> {
    const tempo = configured(this.sources.upstreams.tempo, 'Tempo');
    return bounded(
      toSearchRows(await tempo.search(query, { window, limit: MAX_TRACES, signal: limits.signal })),
      limits
    );
  }

  async readTrace({ traceId }: { traceId: string }, limits: ToolLimits): Promise<ToolReply> {
    const tempo = configured(this.sources.upstreams.tempo, 'Tempo');
    const { spans, dropped } = await tempo.trace(traceId, limits);
    return bounded(toTraceRows(spans, dropped), limits);
  }

  async topology({ service }: { service: ServiceName }, limits: ToolLimits): Promise<ToolReply> {
    return bounded(toNeighbourRows(await this.graph(limits), service), limits);
  }

  async blastRadius({ service }: { service: ServiceName }, limits: ToolLimits): Promise<ToolReply> {
    return bounded(toBlastRows(activeGraph(await this.graph(limits)), service), limits);
  }

  async ranking(limits: ToolLimits): Promise<ToolReply> {
    return bounded(toRankingRows(this.subject.report), limits);
  }

  async effects(limits: ToolLimits): Promise<ToolReply> {
    return bounded(toEffectRows(this.subject.report), limits);
  }

  async changes(input: Parameters<InvestigationTools['changes']>[0], limits: ToolLimits): Promise<ToolReply> {
    const { changes, gaps } = await this.sources.changes.read(input.window, limits.signal);
    if (changes.length === 0 && gaps[0]) {
      throw new Error(`${gaps[0].source}: ${gaps[0].reason}`);
    }
    return bounded(toChangeRows(changes, input.service), limits);
  }

  async runbooks(input: Parameters<InvestigationTools['runbooks']>[0], limits: ToolLimits): Promise<ToolReply> {
    const entries = await configured(this.ledger, 'The executor').listRunbooks(limits.signal);
    return bounded(toRunbookRows(entries, input), limits);
  }

  async similarIncidents(
    input: Parameters<InvestigationTools['similarIncidents']>[0],
    limits: ToolLimits
  ): Promise<ToolReply> {
    const executor = configured(this.sources.upstreams.executor, 'The executor');
    const { report, incidentId } = this.subject;
    const resolved = await executor.listResolvedIncidents(limits.signal);
    const alike = similarTo(report, resolved, { ...input, except: incidentId });
    const rows = await Promise.all(
      alike.slice(0, MAX_PAST_INCIDENTS).map(async (incident) => {
        const [executions, plans] = await Promise.all([
          executor.listExecutions(incident.id, limits.signal),
          executor.listPlans(incident.id, limits.signal),
        ]);
        return toIncidentRow(incident, executions, plans);
      })
    );
    const { leftOut, ...reply } = bounded(rows, limits);
    return { ...reply, leftOut: leftOut + alike.length - rows.length };
  }

  private async graph({ signal }: ToolLimits): Promise<ServiceGraph> {
    const { judgement, graphError } = await this.sources.assess(this.subject.report.window.toMs, signal);
    if (graphError) {
      throw graphError;
    }
    return judgement.graph;
  }

  /** A selector can fit thousands of series; how many is asked before they are read. */
  private async refuseManySeries(query: string, { toMs }: TimeWindow, { signal }: ToolLimits): Promise<void> {
    const { prometheus } = this.sources.upstreams;
    const counted = await prometheus.query(`count(${query}\n)`, toMs, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      // A number without series cannot be counted; what is wrong with the query itself its own run will tell.
      if (isBadQuery(error)) {
        return { samples: [] };
      }
      throw error;
    });
    const series = counted.samples[0]?.value ?? 0;
    if (series > MAX_SERIES) {
      throw new Error(`the query has ${series} series; at most ${MAX_SERIES} can be read: aggregate or select more`);
    }
  }

  /** Series of a window beside those of the time before the incident; without these where they cannot be read. */
  private async answerSeries(
    read: (times: TimeWindow) => Promise<{ readonly series: readonly TimeSeries[] }>,
    window: TimeWindow,
    source: ToolRow['source'],
    limits: ToolLimits
  ): Promise<ToolReply> {
    const { baseline } = this.subject.report;
    const hasBaseline = baseline.toMs > baseline.fromMs;
    const [now, before] = await Promise.all([
      read(window),
      hasBaseline ? read(baseline).catch(() => ({ series: [] })) : { series: [] },
    ]);
    limits.signal.throwIfAborted();
    return bounded(toSeriesRows(now.series, before.series, source), limits);
  }
}

function configured<T>(source: T | undefined, name: string): T {
  if (source === undefined) {
    throw new Error(`${name} is not configured here`);
  }
  return source;
}

function isBadQuery(error: unknown): boolean {
  return error instanceof Error && 'failure' in error && error.failure === 'bad-query';
}

function stepOf({ fromMs, toMs }: TimeWindow, wanted: Seconds = 0): Seconds {
  return Math.ceil(Math.max(wanted, MIN_STEP_SECONDS, (toMs - fromMs) / 1000 / POINTS));
}

function toRange({ fromMs, toMs }: TimeWindow, stepSeconds: Seconds) {
  // A baseline can be longer than what is looked at: it is read as coarsely as it must be.
  const step = Math.max(stepSeconds, Math.ceil((toMs - fromMs) / 1000 / (4 * POINTS)));
  return { startMs: fromMs, endMs: toMs, stepSeconds: step };
}

/** As many rows as may be answered, and what is left out. */
function bounded(rows: readonly ToolRow[], limits: ToolLimits): ToolReply {
  const kept: ToolRow[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, limits.rows)) {
    bytes += Buffer.byteLength(row.statement) + Buffer.byteLength(row.service);
    if (bytes > limits.bytes) {
      break;
    }
    kept.push(row);
  }
  return { rows: kept, leftOut: rows.length - kept.length };
}
