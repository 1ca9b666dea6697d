import type { InvestigatorSubject } from '#contracts';
import type { RcaReport } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import { BackendError } from '../errors.ts';
import { investigate } from '../investigations/investigate.ts';
import { raceAbort } from '../signals/single-flight.ts';
import { ledgerOf } from './budgets.ts';

/** A report that the model is asked about. */
export interface SubjectReport {
  readonly report: RcaReport;
  /** Empty when the report is of no incident of the ledger. */
  readonly incidentId: string;
  /** Whose budget it is. */
  readonly budgetKey: string;
}

const MAX_WINDOW_MS = 24 * 3_600_000;
const MAX_KEPT = 16;
const KEEP_MS = 15 * 60_000;
const ANALYSIS_MS = 60_000;

/**
 * Reports of windows that were analysed of late: what was previewed is what is sent. Incidents are read from the ledger each
 * time, since their reports change.
 */
const KEPT = new Map<string, { readonly report: Promise<RcaReport>; readonly untilMs: number }>();

/**
 * The report of an incident, or of an analysis of a window.
 * @throws BackendError or TelemetryError when it cannot be read or made
 */
export async function reportOf(
  datasource: Datasource,
  subject: InvestigatorSubject,
  signal: AbortSignal
): Promise<SubjectReport> {
  if (subject.kind === 'incident') {
    const ledger = ledgerOf(datasource);
    if (!ledger) {
      throw new BackendError('CAUSEWAY_REQUEST_INVALID', 'Without an executor there are no incidents to ask about.', {
        remedy: 'Ask about a service and a window.',
      });
    }
    const { report } = await ledger.findIncident(subject.id, signal);
    return { report, incidentId: subject.id, budgetKey: subject.id };
  }
  const { service, fromMs, toMs } = subject;
  if (toMs <= fromMs || toMs - fromMs > MAX_WINDOW_MS) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The window is empty or longer than 24 hours.', {
      remedy: 'Give a toMs after fromMs, at most 24 hours later.',
    });
  }
  const report = await raceAbort(analysed(datasource, { service, window: { fromMs, toMs } }), signal);
  return { report, incidentId: '', budgetKey: `${service}@${report.onsetMs}` };
}

async function analysed(datasource: Datasource, request: Parameters<typeof investigate>[1]): Promise<RcaReport> {
  const nowMs = performance.now();
  const key = JSON.stringify([datasource.key, request]);
  const kept = KEPT.get(key);
  if (kept && kept.untilMs > nowMs) {
    return kept.report;
  }
  // Others may wait for it too: it ends by its own deadline, not with the first who asked.
  const report = investigate(datasource, request, AbortSignal.timeout(ANALYSIS_MS)).then((found) => found.report);
  KEPT.delete(key);
  KEPT.set(key, { report, untilMs: nowMs + KEEP_MS });
  [...KEPT.keys()].slice(0, -MAX_KEPT).forEach((old) => KEPT.delete(old));
  report.catch(() => KEPT.delete(key));
  return report;
}
