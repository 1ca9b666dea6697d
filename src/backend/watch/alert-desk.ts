import type { AlertRecord, IncidentRecord, SourceProblem } from '#contracts';
import { symptomLevels } from '#engine';
import type { EpochMs, RcaReport, ServiceGraph, ServiceName } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import type { AlertLedger } from '../executor/alert-ledger.ts';
import type { ExecutorClient } from '../executor/executor-client.ts';
import type { Log } from '../grpc/hclog.ts';
import { investigate } from '../investigations/investigate.ts';
import { toProblem } from '../problems.ts';
import { matchIncident } from './incident-match.ts';
import { fingerprintOf, toOpenIncident, troubleOf } from './new-incident.ts';
import { withPlaces } from './with-places.ts';

/** Services whose alerts are investigated in one tick; the others have their turn in the next. */
const MAX_INVESTIGATED = 2;
/** Alerts that find their incident in one tick. */
const MAX_LINKED = 60;
/** The window to explain begins this long before the alert: rules wait before they fire. */
const LEAD_MS = 10 * 60_000;
/** An alert that fires for longer is explained by what is there of the newest time. */
const MAX_AGE_MS = 6 * 3_600_000;
/** What happened just now has hardly been measured yet. */
const MIN_AGE_MS = 60_000;
/** After a failure a service waits so long, twice as long after each further one. */
const RETRY_MS = 60_000;
const MAX_RETRY_MS = 16 * RETRY_MS;
/** Alerts that fire are repeated every few hours: one that was not heard of for longer is old news. */
const SILENCE_MS = 24 * 3_600_000;
/** Alerts without a service that the log told of; remembered to tell of each once. */
const MAX_REMEMBERED = 2000;

/** What is known when alerts are looked at. */
export interface AlertOccasion {
  readonly open: readonly IncidentRecord[];
  /** Incidents that were closed a moment ago. */
  readonly closed: readonly { readonly record: IncidentRecord; readonly closedMs: EpochMs }[];
  readonly atMs: EpochMs;
  readonly graph: ServiceGraph;
}

/** An incident that an alert opened, with what was found. */
export interface OpenedByAlert {
  readonly record: IncidentRecord;
  readonly report: RcaReport;
}

/** What one look at the alerts did. */
export interface AlertOutcome {
  readonly opened: readonly OpenedByAlert[];
  readonly problems: readonly SourceProblem[];
}

/** What the desk works with beside its datasource. */
export interface AlertDeskParts {
  readonly alerts: AlertLedger;
  readonly incidents: Pick<ExecutorClient, 'openIncident'>;
  /** Told of an incident as soon as it is there. */
  readonly onOpened: (opened: OpenedByAlert, atMs: EpochMs) => void;
  readonly log: Log;
}

/**
 * Finds the incident of each alert that fires: an open one that the service is part of, one that was closed since it started, or
 * a new one, with whatever the investigation says; one for all alerts of a service. Alerts of services that nobody knows stay in
 * the list.
 */
export class AlertDesk {
  private readonly datasource: Datasource;
  private readonly parts: AlertDeskParts;
  private readonly failed = new Map<ServiceName, { readonly tries: number; readonly untilMs: EpochMs }>();
  private readonly told = new Set<string>();

  constructor(datasource: Datasource, parts: AlertDeskParts) {
    this.datasource = datasource;
    this.parts = parts;
  }

  /** Failures become problems; one service does not stop the next. */
  async handle(occasion: AlertOccasion, signal: AbortSignal): Promise<AlertOutcome> {
    let waiting: readonly AlertRecord[];
    try {
      const found = await this.parts.alerts.listWaiting(signal);
      waiting = found.filter(({ receivedMs }) => occasion.atMs - receivedMs <= SILENCE_MS);
    } catch (error) {
      signal.throwIfAborted();
      return { opened: [], problems: [toProblem('executor', error)] };
    }
    const known = new Set(occasion.graph.nodes.map(({ name }) => name));
    this.tellUnknown(waiting.filter(({ service }) => service === null || !known.has(service)));
    return this.handleServices(groupByService(waiting, known), occasion, signal);
  }

  private async handleServices(
    groups: ReadonlyMap<ServiceName, readonly AlertRecord[]>,
    occasion: AlertOccasion,
    signal: AbortSignal
  ): Promise<AlertOutcome> {
    const opened: OpenedByAlert[] = [];
    const problems: SourceProblem[] = [];
    let left = { links: MAX_LINKED, investigations: MAX_INVESTIGATED };
    for (const [service, alerts] of groups) {
      const now = { ...occasion, open: [...occasion.open, ...opened.map(({ record }) => record)] };
      try {
        const rest = await this.linkKnown(service, alerts.slice(0, left.links), now, signal);
        left = { ...left, links: left.links - Math.min(alerts.length, left.links) };
        if (rest.length > 0 && left.investigations > 0 && this.isDue(service, occasion.atMs)) {
          left = { ...left, investigations: left.investigations - 1 };
          const found = await this.investigateAlerts(service, rest, now, signal);
          opened.push(...(found.isNew ? [found] : []));
          await this.linkAll(rest, found.record, signal);
          this.failed.delete(service);
        }
      } catch (error) {
        signal.throwIfAborted();
        this.noteFailure(service, occasion.atMs);
        problems.push(toProblem(isOfExecutor(error) ? 'executor' : 'prometheus', error));
        this.parts.log('warn', 'alerts could not be handled', { service, error });
      }
    }
    return { opened, problems };
  }

  /** @returns the alerts that belong to no incident that is known */
  private async linkKnown(
    service: ServiceName,
    alerts: readonly AlertRecord[],
    { open, closed }: AlertOccasion,
    signal: AbortSignal
  ): Promise<readonly AlertRecord[]> {
    const trouble = { fingerprint: fingerprintOf(service), services: [service] };
    const rest: AlertRecord[] = [];
    for (const alert of alerts) {
      const over = closed.filter(({ closedMs }) => alert.startsAtMs < closedMs).map(({ record }) => record);
      const incident = matchIncident(trouble, open) ?? matchIncident(trouble, over);
      if (incident) {
        await this.parts.alerts.link(alert.id, incident.id, signal);
      } else {
        rest.push(alert);
      }
    }
    return rest;
  }

  private async linkAll(alerts: readonly AlertRecord[], { id }: IncidentRecord, signal: AbortSignal): Promise<void> {
    for (const alert of alerts) {
      await this.parts.alerts.link(alert.id, id, signal);
    }
  }

  /** The incident of what was found: an open one with the same cause, else a new one, named after its oldest alert. */
  private async investigateAlerts(
    service: ServiceName,
    alerts: readonly AlertRecord[],
    { open, atMs, graph }: AlertOccasion,
    signal: AbortSignal
  ): Promise<OpenedByAlert & { readonly isNew: boolean }> {
    const oldest = alerts.reduce((first, alert) => (alert.startsAtMs < first.startsAtMs ? alert : first));
    const startMs = Math.min(atMs - MIN_AGE_MS, Math.max(atMs - MAX_AGE_MS, oldest.startsAtMs));
    const window = { fromMs: startMs - LEAD_MS, toMs: atMs + 1 };
    const found = await investigate(this.datasource, { service, window }, signal);
    const report = withPlaces(found.report, graph);
    const trouble = troubleOf(service, report);
    const known = matchIncident(trouble, open);
    if (known) {
      return { record: known, report, isNew: false };
    }
    const incident = toOpenIncident({
      fingerprint: trouble.fingerprint,
      target: { service, symptom: report.target.symptom },
      report,
      detectedMs: atMs,
      levels: symptomLevels(found.signals, service, report.baseline, found.earlierIncidents),
      graph,
      origin: 'alert',
      openedBy: oldest.name || 'alert',
    });
    const record = await this.parts.incidents.openIncident(incident, signal);
    this.parts.log('info', 'incident opened by an alert', { incident: record.id, service, alert: oldest.name });
    this.parts.onOpened({ record, report }, atMs);
    return { record, report, isNew: true };
  }

  private isDue(service: ServiceName, atMs: EpochMs): boolean {
    const failure = this.failed.get(service);
    // A clock that went back does not make anybody wait longer.
    return !failure || atMs >= failure.untilMs || failure.untilMs - atMs > MAX_RETRY_MS;
  }

  private noteFailure(service: ServiceName, atMs: EpochMs): void {
    const tries = (this.failed.get(service)?.tries ?? 0) + 1;
    this.failed.set(service, { tries, untilMs: atMs + Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** (tries - 1)) });
  }

  /** They are no fault of the watch, and seen in the list of alerts: the log names each once. */
  private tellUnknown(alerts: readonly AlertRecord[]): void {
    for (const { id, name, service } of alerts.filter((alert) => !this.told.has(alert.id))) {
      if (this.told.size >= MAX_REMEMBERED) {
        this.told.clear();
      }
      this.told.add(id);
      const reason = service === null ? 'no label names a service' : 'nobody knows the service';
      this.parts.log('info', 'an alert has no incident', { alert: name, service: service ?? '', reason });
    }
  }
}

/** The service whose alert is oldest first. */
function groupByService(
  alerts: readonly AlertRecord[],
  known: ReadonlySet<ServiceName>
): ReadonlyMap<ServiceName, readonly AlertRecord[]> {
  const ordered = alerts.toSorted((left, right) => left.startsAtMs - right.startsAtMs);
  const groups = new Map<ServiceName, AlertRecord[]>();
  for (const alert of ordered) {
    if (alert.service !== null && known.has(alert.service)) {
      groups.set(alert.service, [...(groups.get(alert.service) ?? []), alert]);
    }
  }
  return groups;
}

function isOfExecutor(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /EXECUTOR/.test(String(error.code));
}
