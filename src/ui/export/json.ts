import type { ExportInput } from './export-input.ts';
import { toSafeUrl } from './plain.ts';

/** Version of the format; rises when a field changes its meaning or goes. New fields do not raise it. */
const EXPORT_SCHEMA = 'causeway.incident/1';

/** Everything that is known of an incident, for programs and archives. Times are epoch ms. */
export function toExportJson(input: ExportInput): string {
  const { report, run, written, incident, plans, executions, exportedMs } = input;
  // The incident carries a report of its own, which may be older than the one that is shown.
  const document = {
    schema: EXPORT_SCHEMA,
    exportedMs,
    page: toSafeUrl(input.pageUrl, input.baseUrl) ?? null,
    report,
    run: run ?? null,
    written: written ?? null,
    incident: incident ?? null,
    plans,
    executions,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Name of a file: letters, digits and dashes only, whatever the service is called. */
export function toFileName({ report, exportedMs }: Pick<ExportInput, 'report' | 'exportedMs'>, ending: string): string {
  const service = report.target.service
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  const date = Math.abs(exportedMs) <= 8.64e15 ? new Date(exportedMs).toISOString().slice(0, 10) : 'undated';
  return `incident-${service === '' ? 'service' : service}-${date}.${ending}`;
}
