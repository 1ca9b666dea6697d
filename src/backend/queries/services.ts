import { SERVICE_COLUMNS } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import type { Field, Frame } from '../frames/frame.ts';
import { toNotices, withNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';
import { type ServiceRow, toServiceRow } from './service-row.ts';

const NUMBER_UNITS: Readonly<Record<string, string>> = {
  score: 'none',
  requestsPerSecond: 'reqps',
  errorRatio: 'percentunit',
  latencySeconds: 's',
};

/** `services`: one row per service at the end of the range. */
export async function answerServices(
  datasource: Datasource,
  { query, toMs }: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  const { judgement, gaps, graphError } = await datasource.assess(toMs, signal);
  const rows = judgement.services
    .filter((service) => !query.service || service.service === query.service)
    .map((service) => toServiceRow(service, judgement.graph));
  const meta = withNotices({ type: 'table', preferredVisualisationType: 'table' }, toNotices(gaps, graphError));
  return [{ refId: query.refId, name: 'services', meta, fields: SERVICE_COLUMNS.map((name) => toField(name, rows)) }];
}

function toField(name: (typeof SERVICE_COLUMNS)[number], rows: readonly ServiceRow[]): Field {
  if (name === 'service' || name === 'kind' || name === 'state' || name === 'reason') {
    return { name, kind: 'string', values: rows.map((row) => row[name]) };
  }
  const unit = NUMBER_UNITS[name] ?? 'none';
  return { name, kind: 'number', nullable: true, values: rows.map((row) => row[name]), config: { unit } };
}
