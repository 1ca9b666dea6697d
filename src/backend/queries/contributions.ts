import { CONTRIBUTION_COLUMNS } from '#contracts';
import { anomalyLevel } from '#engine';
import type { ServiceAnomaly } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import type { Field, Frame } from '../frames/frame.ts';
import { toNotices, withNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';

type Row = Readonly<Record<(typeof CONTRIBUTION_COLUMNS)[number], string | number | null>>;

const NUMBERS: ReadonlySet<string> = new Set(['share', 'surprisal', 'raw']);

/** `contributions`: what each detector and each feature adds to the newest score of a service, a table. */
export async function answerContributions(
  datasource: Datasource,
  { query, toMs }: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  const { judgement, gaps, graphError } = await datasource.assess(toMs, signal);
  const rows = judgement.services
    .filter(({ service }) => !query.service || service === query.service)
    .flatMap(toContributions);
  const meta = withNotices({ type: 'table', preferredVisualisationType: 'table' }, toNotices(gaps, graphError));
  return [
    {
      refId: query.refId,
      name: 'contributions',
      meta,
      fields: CONTRIBUTION_COLUMNS.map((name) => toField(name, rows)),
    },
  ];
}

/** Of the model where there is one, of the strangest signal where not. Shares of one kind sum to 1; unknown ones are null. */
export function toContributions(anomaly: ServiceAnomaly): readonly Row[] {
  const { service, reading, detection } = anomaly;
  const { members, reason } = leadingMembers(anomaly);
  const none: Row = {
    service,
    kind: 'detector',
    name: '',
    share: null,
    surprisal: null,
    raw: null,
    state: anomalyLevel(reading),
    reason,
  };
  const detectors = members.map(({ detector, share, surprisal, raw }): Row => ({
    ...none,
    name: detector,
    share: finite(share),
    surprisal: finite(surprisal),
    raw: finite(raw),
  }));
  const features = (detection?.features ?? []).map(({ signalId, share }): Row => ({
    ...none,
    kind: 'feature',
    name: signalId,
    share: finite(share),
    reason: '',
  }));
  const rows = [...detectors, ...features];
  return rows.length > 0 ? rows : [none];
}

/** Who decided, and why in words. */
function leadingMembers({ reading, detection, signals }: ServiceAnomaly) {
  const explanation = signals.find((item) => item.reading.kind === 'scored')?.explanation;
  const members = detection?.members.length ? detection.members : (explanation?.members ?? []);
  const words = detection?.note || explanation?.sentence || '';
  return { members, reason: reading.kind === 'unknown' ? reading.why : words };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function toField(name: (typeof CONTRIBUTION_COLUMNS)[number], rows: readonly Row[]): Field {
  if (NUMBERS.has(name)) {
    const values = rows.map((row) => (typeof row[name] === 'number' ? row[name] : null));
    const config = name === 'share' ? { unit: 'percentunit', min: 0, max: 1 } : { unit: 'none', decimals: 2 };
    return { name, kind: 'number', nullable: true, values, config };
  }
  return { name, kind: 'string', values: rows.map((row) => String(row[name] ?? '')) };
}
