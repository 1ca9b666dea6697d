import type { BusinessImpact, DataGap, Evidence, RcaReport, ServiceGraph, ServiceName, Signal, Span } from '#model';
import { TelemetryError } from '#telemetry';
import type { ServiceLines } from '../../analysis/mine-events.ts';
import type { Datasource } from '../../datasource/datasource.ts';
import { BackendError } from '../../errors.ts';
import { raceAbort } from '../../signals/single-flight.ts';
import type { EventWindows } from '../event-windows.ts';
import type { Gate } from './gate.ts';

/** A fact that has no number yet. */
export type Finding = Omit<Evidence, 'number'>;

/** What is looked into further, with what was read for the ranking. */
export interface DetailSubject {
  readonly report: RcaReport;
  readonly graph: ServiceGraph;
  readonly signals: readonly Signal[];
  /** Times that are compared: since the onset, and normal ones. */
  readonly windows: EventWindows;
  /** Log lines of both windows; undefined where there are no normal times to compare with. */
  readonly lines: readonly ServiceLines[] | undefined;
  /** Slow traces of the target. */
  readonly traces: ReadonlyArray<readonly Span[]>;
  /** The leading hypotheses, best first. */
  readonly causes: readonly ServiceName[];
  /** Causes, then the services between them and the target, then the target. */
  readonly services: readonly ServiceName[];
}

/** What a collector works with. */
export type DetailSource = Pick<Datasource, 'upstreams' | 'settings' | 'pool' | 'forecasts'>;

/** Collects one kind of details into its part. What it throws is a gap of its kind. */
export type DetailCollector = (source: DetailSource, subject: DetailSubject, part: DetailPart) => Promise<void>;

/** What one collector has found so far. Whatever stands here when the time is over counts. */
export class DetailPart {
  readonly findings: Finding[] = [];
  readonly impacts: { readonly finding: Finding; readonly impact: Omit<BusinessImpact, 'evidence'> }[] = [];
  readonly gaps: DataGap[] = [];
  /** Aborts when the time is over or nobody wants it any more. */
  readonly signal: AbortSignal;
  private readonly gate: Gate;
  private readonly lateReason: string;

  constructor(options: { readonly gate: Gate; readonly signal: AbortSignal; readonly lateReason: string }) {
    this.gate = options.gate;
    this.signal = options.signal;
    this.lateReason = options.lateReason;
  }

  /** Reads when it is its turn. What cannot be read, or not in time, is a gap of the source, and undefined. */
  async read<T>(source: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    try {
      return await raceAbort(
        this.gate.run(() => work(this.signal), this.signal),
        this.signal
      );
    } catch (error) {
      this.fail(source, error);
      return undefined;
    }
  }

  /** Says why something is missing. */
  fail(source: string, error: unknown): void {
    const known = error instanceof TelemetryError || error instanceof BackendError;
    const reason = known ? `${error.code}: ${error.message}` : 'It failed in an unexpected way.';
    this.gaps.push({ source, reason: this.signal.aborted ? this.lateReason : reason });
  }
}
