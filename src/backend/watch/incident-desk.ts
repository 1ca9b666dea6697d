import { createHash } from 'node:crypto';
import type { IncidentRecord, SourceProblem } from '#contracts';
import { type IncidentCandidate, isSettling, recoveryChecks, settlingWindows, symptomLevels } from '#engine';
import type { EpochMs, RcaReport, ServiceGraph, TimeWindow } from '#model';
import type { Assessment, Datasource } from '../datasource/datasource.ts';
import type { ExecutorClient } from '../executor/executor-client.ts';
import type { Log } from '../grpc/hclog.ts';
import { type Investigation, investigate } from '../investigations/investigate.ts';
import { narrateReport } from '../investigations/narrate-report.ts';
import { toProblem } from '../problems.ts';
import { digestReport, matchIncident } from './incident-match.ts';
import { proposePlans } from './propose-plans.ts';
import { withPlaces } from './with-places.ts';

/** What one look at the incidents did. */
export interface DeskOutcome {
  readonly openIncidentId: string | null;
  readonly opened: number;
  readonly proposed: number;
  readonly problems: readonly SourceProblem[];
}

/** Troubles handled in one tick, worst first. */
const MAX_CANDIDATES = 3;
/** The window to explain begins this long before the onset: a cause may show before its symptom. */
const LEAD_MS = 10 * 60_000;
/** A trouble without a cause becomes an incident when it lasts. */
const CAUSELESS_AFTER_MS = 180_000;
/** So long after its detection an incident is analysed at every tick, later in the longer interval. */
const FRESH_MS = 10 * 60_000;
const LATER_INTERVAL_MS = 5 * 60_000;

const DAY_MS = 86_400_000;

/** Signals stay strange for a while after an incident was closed; that is not the next incident. */
const AFTERMATH_MS = 5 * 60_000;

/** What is remembered of an incident between ticks. Lost at a restart, which costs one analysis. */
interface IncidentMemory {
  analysedMs: EpochMs;
  digest: string;
  topCause: string;
}

/** Hears of an incident that was opened. */
export type OnOpened = (incident: IncidentRecord, window: TimeWindow) => void;

/** Opens incidents, keeps their reports current and proposes plans: the backend's side of the ledger. */
export class IncidentDesk {
  private readonly datasource: Datasource;
  private readonly executor: ExecutorClient;
  private readonly log: Log;
  private readonly onOpened: OnOpened;
  private readonly memory = new Map<string, IncidentMemory>();
  private open: readonly IncidentRecord[] = [];
  private hasReadPast = false;
  private closed: readonly { readonly record: IncidentRecord; readonly closedMs: EpochMs }[] = [];

  /** @param onOpened  told about every incident that was opened, with what to explain */
  constructor(datasource: Datasource, executor: ExecutorClient, log: Log, onOpened: OnOpened = () => undefined) {
    this.datasource = datasource;
    this.executor = executor;
    this.log = log;
    this.onOpened = onOpened;
  }

  /**
   * Handles the troubles of one assessment. Failures become problems; one trouble does not stop the next.
   * @param mayAct  false for a follower, which learns what is known and writes nothing
   */
  async handle({ judgement }: Assessment, mayAct: boolean, signal: AbortSignal): Promise<DeskOutcome> {
    const problems: SourceProblem[] = [];
    let open: readonly IncidentRecord[];
    try {
      open = await this.executor.listOpenIncidents(signal);
      this.noteClosed(open, judgement.atMs);
      await this.readKnownTimes(judgement.atMs, signal);
    } catch (error) {
      return { openIncidentId: null, opened: 0, proposed: 0, problems: [toProblem('executor', error)] };
    }
    let newest = open.toSorted((left, right) => right.detectedMs - left.detectedMs)[0]?.id ?? null;
    let opened = 0;
    let proposed = 0;
    for (const candidate of mayAct ? judgement.incidents.slice(0, MAX_CANDIDATES) : []) {
      try {
        const done = await this.handleOne(candidate, open, judgement, signal);
        problems.push(...done.problems);
        proposed += done.proposed;
        if (done.opened) {
          open = [...open, done.opened];
          newest = done.opened.id;
          opened += 1;
          this.onOpened(done.opened, done.opened.report.window);
        }
      } catch (error) {
        signal.throwIfAborted();
        const source =
          error instanceof Error && 'code' in error && /EXECUTOR/.test(String(error.code)) ? 'executor' : 'prometheus';
        problems.push(toProblem(source, error));
        this.log('warn', 'an incident could not be handled', { service: candidate.target.service, error });
      }
    }
    this.open = open;
    return { openIncidentId: newest, opened, proposed, problems };
  }

  private async handleOne(
    candidate: IncidentCandidate,
    open: readonly IncidentRecord[],
    { atMs, graph }: { readonly atMs: EpochMs; readonly graph: ServiceGraph },
    signal: AbortSignal
  ): Promise<{ opened?: IncidentRecord; proposed: number; problems: readonly SourceProblem[] }> {
    const fingerprint = toFingerprint(candidate.fingerprint);
    const known = matchIncident({ ...candidate, fingerprint }, open);
    const wanted = known ? await this.isDue(known, atMs, signal) : !this.isAftermath(candidate, atMs);
    if (!wanted) {
      return { proposed: 0, problems: [] };
    }
    const target = known ? { service: known.service, symptom: known.symptom } : candidate.target;
    const onsetMs = Math.min(candidate.onsetMs, known?.onsetMs ?? Infinity);
    const window = { fromMs: onsetMs - LEAD_MS, toMs: atMs + 1 };
    const found = await investigate(this.datasource, { ...target, window, onsetMs }, signal);
    const investigation = { ...found, report: withPlaces(found.report, graph) };
    const named = investigation.report.decision === 'root-cause';
    const isEarly = !named && atMs - onsetMs < CAUSELESS_AFTER_MS;
    const { collectSeconds } = this.datasource.settings.watch;
    const settling = settlingWindows(investigation.report.changes, graph, collectSeconds);
    if (!known && (isEarly || isSettling(candidate, settling))) {
      return { proposed: 0, problems: [] };
    }
    const { record, problem } = known
      ? await this.update(known, investigation.report, signal)
      : await this.openIncident({ ...candidate, fingerprint }, investigation, atMs, signal);
    const settled = this.remember(record.id, investigation.report, atMs);
    const { report } = investigation;
    const task = { executor: this.executor, incidentId: record.id, report, graph };
    const proposed = named && settled ? await proposePlans(task, signal) : 0;
    return { proposed, problems: problem ? [problem] : [], ...(known ? {} : { opened: record }) };
  }

  /** Not while an action runs or has helped, and less often as the incident grows old. */
  private async isDue(incident: IncidentRecord, atMs: EpochMs, signal: AbortSignal): Promise<boolean> {
    const memory = this.memory.get(incident.id);
    const intervalMs = atMs - incident.detectedMs <= FRESH_MS ? 0 : LATER_INTERVAL_MS;
    if (memory && atMs - memory.analysedMs < intervalMs) {
      return false;
    }
    const executions = await this.executor.listExecutions(incident.id, signal);
    return executions.every(({ status, outcome }) => status === 'finished' && outcome !== 'recovered');
  }

  private async openIncident(
    candidate: IncidentCandidate,
    { report, signals, earlierIncidents }: Investigation,
    atMs: EpochMs,
    signal: AbortSignal
  ): Promise<{ readonly record: IncidentRecord; readonly problem: SourceProblem | undefined }> {
    const { service, symptom } = candidate.target;
    const { judgement } = await this.datasource.assess(atMs, signal);
    const kind = judgement.graph.nodes.find((node) => node.name === service)?.kind ?? 'service';
    const levels = symptomLevels(signals, service, report.baseline, earlierIncidents);
    const narrated = await narrateReport(report, this.datasource, signal);
    const record = await this.executor.openIncident(
      {
        fingerprint: candidate.fingerprint,
        service,
        symptom,
        onsetMs: Math.round(report.onsetMs),
        detectedMs: Math.round(atMs),
        recovery: recoveryChecks({ service, kind }, symptom, levels),
        report: narrated.report,
      },
      signal
    );
    this.log('info', 'incident opened', {
      incident: record.id,
      service,
      cause: report.hypotheses[0]?.service ?? 'none',
    });
    return { record, problem: narrated.problem };
  }

  private async update(
    known: IncidentRecord,
    report: RcaReport,
    signal: AbortSignal
  ): Promise<{ readonly record: IncidentRecord; readonly problem: SourceProblem | undefined }> {
    const worse = report.decision !== 'root-cause' && known.report.decision === 'root-cause';
    const before = this.memory.get(known.id)?.digest ?? digestReport({ ...known.report, narrator: 'engine' });
    if (worse || before === digestReport(report)) {
      return { record: known, problem: undefined };
    }
    const narrated = await narrateReport(report, this.datasource, signal);
    const record = await this.executor.updateReport(known.id, narrated.report, signal);
    return { record, problem: narrated.problem };
  }

  /**
   * Keeps what the next tick needs.
   * @returns whether the cause can be acted on: the verdict is not inconclusive, or the same cause was found twice
   */
  private remember(id: string, report: RcaReport, atMs: EpochMs): boolean {
    const topCause = `${report.hypotheses[0]?.service ?? ''}:${report.hypotheses[0]?.cause ?? ''}`;
    const before = this.memory.get(id);
    this.memory.set(id, { analysedMs: atMs, digest: digestReport(report), topCause });
    return report.verdict !== 'INCONCLUSIVE' || before?.topCause === topCause;
  }

  /**
   * What the ledger knows of incidents before, after a start and whenever one was closed, and what persons say about
   * times. A restarted backend reads the same.
   */
  private async readKnownTimes(atMs: EpochMs, signal: AbortSignal): Promise<void> {
    const { knownTimes, settings } = this.datasource;
    if (!this.hasReadPast) {
      for (const { onsetMs, resolvedMs } of await this.executor.listResolvedIncidents(signal)) {
        if (resolvedMs !== null) {
          knownTimes.add(onsetMs, resolvedMs);
        }
      }
      this.hasReadPast = true;
    }
    const sinceMs = Math.max(0, atMs - settings.watch.historyMinutes * 60_000 - DAY_MS);
    knownTimes.setLabels(await this.executor.listLabels({ fromMs: sinceMs, toMs: atMs + DAY_MS }, signal));
  }

  private noteClosed(open: readonly IncidentRecord[], atMs: EpochMs): void {
    const ids = new Set(open.map((incident) => incident.id));
    const gone = this.open.filter((incident) => !ids.has(incident.id));
    for (const { id } of gone) {
      this.memory.delete(id);
      this.hasReadPast = false;
    }
    this.closed = [...this.closed, ...gone.map((record) => ({ record, closedMs: atMs }))].filter(
      ({ closedMs }) => Math.abs(atMs - closedMs) < AFTERMATH_MS
    );
  }

  private isAftermath(candidate: IncidentCandidate, atMs: EpochMs): boolean {
    const recent = this.closed.filter(({ closedMs }) => candidate.onsetMs < closedMs && atMs - closedMs < AFTERMATH_MS);
    const records = recent.map(({ record }) => record);
    return matchIncident(candidate, records) !== undefined;
  }
}

const MAX_FINGERPRINT_LENGTH = 128;

function toFingerprint(text: string): string {
  return text.length <= MAX_FINGERPRINT_LENGTH ? text : `incident:${createHash('sha256').update(text).digest('hex')}`;
}
