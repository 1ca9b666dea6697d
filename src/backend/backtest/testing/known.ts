import type { AnomalyLabelRecord, IncidentRecord } from '#contracts';

/** An incident of the ledger with what a backtest reads of it; the first of `causes` is the leading one. */
export function incidentRecord(
  service: string,
  onsetMs: number,
  resolvedMs: number | null,
  { causes = [], victims = [] }: { readonly causes?: readonly string[]; readonly victims?: readonly string[] } = {}
): IncidentRecord {
  const hypotheses = causes.map((cause) => ({ service: cause }));
  const record = { service, onsetMs, resolvedMs, report: { concurrent: 1, hypotheses, victims } };
  return record as unknown as IncidentRecord;
}

/** What a person said about a service, or about one of its signals. */
export function label(
  service: string,
  kind: AnomalyLabelRecord['label'],
  fromMs: number,
  toMs: number,
  signalId: string | null = null
): AnomalyLabelRecord {
  const id = `${service} ${kind} ${fromMs}`;
  return { id, service, signalId, label: kind, fromMs, toMs, comment: '', author: 'someone', createdMs: toMs };
}
