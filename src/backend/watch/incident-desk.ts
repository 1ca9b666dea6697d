import type { IncidentRecord, SourceProblem } from '#contracts';
import { type IncidentCandidate, isSettling, settlingWindows, symptomLevels } from '#engine';
import type { EpochMs, RcaReport, ServiceGraph } from '#model';
import type { Assessment, Datasource } from '../datasource/datasource.ts';
import type { ExecutorClient } from '../executor/executor-client.ts';
import type { Log } from '../grpc/hclog.ts';
import { type Investigation, investigate } from '../investigations/investigate.ts';
import { toProblem } from '../problems.ts';
import { AlertDesk, type OpenedByAlert } from './alert-desk.ts';
import { changesMind, digestReport, matchIncident } from './incident-match.ts';
import { IncidentRuns, type StartIncidentRun } from './incident-runs.ts';
import { toFingerprint, toOpenIncident } from './new-incident.ts';
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

/** What is known at one look. */
interface Occasion {
  readonly atMs: EpochMs;
  readonly graph: ServiceGraph;
}

/** Opens incidents, keeps their reports current and proposes plans: the backend's side of the ledger. */
export class IncidentDesk {
  private readonly datasource: Datasource;
  private readonly executor: ExecutorClient;
  private readonly log: Log;
  private readonly runs: IncidentRuns;
  private readonly alerts: AlertDesk | undefined;
  private readonly memory = new Map<string, IncidentMemory>();
  private open: readonly IncidentRecord[] = [];
  private hasReadPast = false;
  private closed: readonly { readonly record: IncidentRecord; readonly closedMs: EpochMs }[] = [];

  /** @param startRun  told about every incident that was opened, or of which something else is known, with what to explain */
  constructor(
    datasource: Datasource,
    executor: ExecutorClient,
    log: Log,
    startRun: StartIncidentRun = () => undefined
  ) {
    const { alerts } = datasource.upstreams;
    this.datasource = datasource;
    this.executor = executor;
    this.log = log;
    this.runs = new IncidentRuns(startRun);
    const onOpened = ({ record, report }: OpenedByAlert, atMs: EpochMs): void =>
      this.runs.opened(record, report.window, atMs);
    this.alerts = alerts && new AlertDesk(datasource, { alerts, incidents: executor, onOpened, log });
  }

  /**
   * Handles the troubles of one assessment, then the alerts that came by webhook. Failures become problems; one trouble does not
   * stop the next.
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
    if (mayAct) {
      this.runs.flush(open, judgement.atMs);
    }
    let newest = open.toSorted((left, right) => right.detectedMs - left.detectedMs)[0]?.id ?? null;
    let opened = 0;
    let proposed = 0;
    const note = (record: IncidentRecord): void => {
      open = [...open, record];
      newest = record.id;
      opened += 1;
    };
    for (const candidate of mayAct ? judgement.incidents.slice(0, MAX_CANDIDATES) : []) {
      try {
        const done = await this.handleOne(candidate, open, judgement, signal);
        proposed += done.proposed;
        if (done.opened) {
          note(done.opened);
        }
      } catch (error) {
        signal.throwIfAborted();
        const source =
          error instanceof Error && 'code' in error && /EXECUTOR/.test(String(error.code)) ? 'executor' : 'prometheus';
        problems.push(toProblem(source, error));
        this.log('warn', 'an incident could not be handled', { service: candidate.target.service, error });
      }
    }
    if (mayAct && this.alerts) {
      const done = await this.alerts.handle({ ...judgement, open, closed: this.closed }, signal);
      problems.push(...done.problems);
      done.opened.forEach(({ record }) => note(record));
      proposed += await this.actOnAlerts(done.opened, judgement, problems, signal);
    }
    this.open = open;
    return { openIncidentId: newest, opened, proposed, problems };
  }

  /** Plans for incidents that alerts opened, where the cause is clear. */
  private async actOnAlerts(
    opened: readonly OpenedByAlert[],
    occasion: Occasion,
    problems: SourceProblem[],
    signal: AbortSignal
  ): Promise<number> {
    let proposed = 0;
    for (const { record, report } of opened) {
      try {
        proposed += await this.proposeFor(record, report, occasion, signal);
      } catch (error) {
        signal.throwIfAborted();
        problems.push(toProblem('executor', error));
      }
    }
    return proposed;
  }

  private async handleOne(
    candidate: IncidentCandidate,
    open: readonly IncidentRecord[],
    { atMs, graph }: Occasion,
    signal: AbortSignal
  ): Promise<{ opened?: IncidentRecord; proposed: number }> {
    const fingerprint = toFingerprint(candidate.fingerprint);
    const known = matchIncident({ ...candidate, fingerprint }, open);
    const wanted = known ? await this.isDue(known, atMs, signal) : !this.isAftermath(candidate, atMs);
    if (!wanted) {
      return { proposed: 0 };
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
      return { proposed: 0 };
    }
    const record = known
      ? await this.update(known, investigation.report, atMs, signal)
      : await this.openIncident({ ...candidate, fingerprint }, investigation, { atMs, graph }, signal);
    const proposed = await this.proposeFor(record, investigation.report, { atMs, graph }, signal);
    return { proposed, ...(known ? {} : { opened: record }) };
  }

  /** Remembers what was found and proposes what it recommends, once its cause is clear. */
  private async proposeFor(
    { id }: IncidentRecord,
    report: RcaReport,
    { atMs, graph }: Occasion,
    signal: AbortSignal
  ): Promise<number> {
    const settled = this.remember(id, report, atMs);
    const task = { executor: this.executor, incidentId: id, report, graph };
    return report.decision === 'root-cause' && settled ? proposePlans(task, signal) : 0;
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
    { fingerprint, target }: IncidentCandidate,
    { report, signals, earlierIncidents }: Investigation,
    { atMs, graph }: Occasion,
    signal: AbortSignal
  ): Promise<IncidentRecord> {
    const levels = symptomLevels(signals, target.service, report.baseline, earlierIncidents);
    const found = { fingerprint, target, report, levels, graph, detectedMs: atMs };
    const incident = toOpenIncident({ ...found, origin: 'watch', openedBy: '' });
    const record = await this.executor.openIncident(incident, signal);
    const cause = report.hypotheses[0]?.service ?? 'none';
    this.log('info', 'incident opened', { incident: record.id, service: target.service, cause });
    this.runs.opened(record, report.window, atMs);
    return record;
  }

  /** The report is worded by rules: a language model, where there is one, words that of the run. */
  private async update(
    known: IncidentRecord,
    report: RcaReport,
    atMs: EpochMs,
    signal: AbortSignal
  ): Promise<IncidentRecord> {
    const worse = report.decision !== 'root-cause' && known.report.decision === 'root-cause';
    const before = this.memory.get(known.id)?.digest ?? digestReport({ ...known.report, narrator: 'engine' });
    if (worse || before === digestReport(report)) {
      return known;
    }
    const record = await this.executor.updateReport(known.id, report, signal);
    if (changesMind(known.report, report)) {
      this.runs.changed(record, report.window, atMs);
    }
    return record;
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
