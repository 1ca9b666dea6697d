import type { IncidentRecord } from '#contracts';
import type { VerificationCheck } from '#model';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { IncidentStore } from '../incident-store.ts';
import type { IncidentTable, LedgerSchema } from '../schema.ts';
import { containing, toPage } from './page.ts';

/** {@link IncidentStore} in SQL that SQLite and PostgreSQL share. */
export function incidentStore(database: Kysely<LedgerSchema>): IncidentStore {
  const one = () => database.selectFrom('incident').selectAll();
  const all = () => database.selectFrom('incident');
  return {
    async list({ cursor, limit }, { status, origin, assignee, q = '' } = {}) {
      let query = one()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      query = cursor === undefined ? query : query.where('id', '<', cursor);
      query = status === undefined ? query : query.where('status', '=', status);
      query = origin === undefined ? query : query.where('origin', '=', origin);
      query = assignee === undefined ? query : query.where('assignee', '=', assignee);
      query = q === '' ? query : query.where(sql<boolean>`search LIKE ${containing(q.toLowerCase())} ESCAPE '\\'`);
      return toPage((await query.execute()).map(toRecord), limit);
    },
    async find(id) {
      const row = await one().where('id', '=', id).executeTakeFirst();
      return row ? toRecord(row) : null;
    },
    async findOpen(fingerprint) {
      const query = one().where('fingerprint', '=', fingerprint).where('status', '=', 'open');
      const row = await query.executeTakeFirst();
      return row ? toRecord(row) : null;
    },
    ...writes(database),
    async watched(heardSinceMs) {
      const busy = database
        .selectFrom('execution')
        .select('incident_id')
        .where('status', 'in', ['running', 'verifying']);
      const firing = database
        .selectFrom('alert')
        .select('incident_id')
        .where('status', '=', 'firing')
        .where('received_ms', '>=', heardSinceMs)
        .where('incident_id', 'is not', null);
      const rows = await all()
        .select(['id', 'service', 'recovery'])
        .where('status', '=', 'open')
        .where('id', 'not in', busy)
        .where('origin', '<>', 'person')
        .where(({ eb, or }) => or([eb('origin', '<>', 'alert'), eb('id', 'not in', firing)]))
        .orderBy('id')
        .execute();
      return rows.map((row) => ({ ...row, recovery: toChecks(row.recovery) }));
    },
    async isBusy(id) {
      const row = await database
        .selectFrom('execution')
        .select('id')
        .where('incident_id', '=', id)
        .where('status', 'in', ['running', 'verifying'])
        .executeTakeFirst();
      return row !== undefined;
    },
    async recovery(id) {
      const row = await all().select('recovery').where('id', '=', id).executeTakeFirst();
      return row ? toChecks(row.recovery) : [];
    },
    async times(limit) {
      const columns = [
        'id',
        'service',
        'onset_ms as onsetMs',
        'detected_ms as detectedMs',
        'resolved_ms as resolvedMs',
      ] as const;
      return all().select(columns).orderBy('id', 'desc').limit(limit).execute();
    },
    async counts() {
      const row = await all()
        .select(({ fn }) => [
          fn.countAll<number>().as('opened'),
          fn.sum<number | null>('raw_alerts').as('reported'),
          fn.countAll<number>().filterWhere('status', '=', 'open').as('open'),
        ])
        .executeTakeFirstOrThrow();
      return { opened: Number(row.opened), reported: Number(row.reported ?? 0), open: Number(row.open) };
    },
  };
}

function writes(
  database: Kysely<LedgerSchema>
): Pick<IncidentStore, 'insert' | 'countAlert' | 'updateReport' | 'assign' | 'resolve'> {
  const searched = (id: string) =>
    database
      .selectFrom('incident')
      .select(['id', 'service', 'opened_by', 'assignee', 'report'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
  return {
    async insert(id, incident, atMs) {
      const row = {
        id,
        fingerprint: incident.fingerprint,
        service: incident.service,
        symptom: incident.symptom,
        status: 'open',
        onset_ms: incident.onsetMs,
        detected_ms: incident.detectedMs,
        resolved_ms: null,
        resolved_by: null,
        recovery: JSON.stringify(incident.recovery),
        report: JSON.stringify(incident.report),
        raw_alerts: 1,
        updated_ms: atMs,
        origin: incident.origin ?? 'watch',
        opened_by: incident.openedBy ?? '',
        assignee: null,
        closed_by: null,
        closed_reason: null,
      };
      const search = toSearch(row, incident.report);
      await database
        .insertInto('incident')
        .values({ ...row, search })
        .execute();
    },
    async countAlert(id) {
      const query = database.updateTable('incident').set(({ eb }) => ({ raw_alerts: eb('raw_alerts', '+', 1) }));
      await query.where('id', '=', id).execute();
    },
    async updateReport(id, report, atMs) {
      const row = await searched(id);
      const values = { report: JSON.stringify(report), updated_ms: atMs, search: toSearch(row, report) };
      await database.updateTable('incident').set(values).where('id', '=', id).execute();
    },
    async assign(id, assignee, atMs) {
      const row = await searched(id);
      const report = JSON.parse(row.report) as IncidentRecord['report'];
      const values = { assignee, updated_ms: atMs, search: toSearch({ ...row, assignee }, report) };
      await database.updateTable('incident').set(values).where('id', '=', id).execute();
    },
    async resolve(id, by, atMs, closed = null) {
      const done = await database
        .updateTable('incident')
        .set({
          status: 'resolved',
          resolved_by: by,
          resolved_ms: atMs,
          updated_ms: atMs,
          closed_by: closed?.by ?? null,
          closed_reason: closed?.reason ?? null,
        })
        .where('id', '=', id)
        .where('status', '=', 'open')
        .executeTakeFirst();
      return done.numUpdatedRows === 1n;
    },
  };
}

/** In lower case by the rules of Unicode: databases differ in theirs. */
function toSearch(
  row: Pick<Selectable<IncidentTable>, 'id' | 'service' | 'opened_by' | 'assignee'>,
  report: Partial<IncidentRecord['report']>
): string {
  const cause = report.hypotheses?.[0]?.service ?? '';
  return [row.id, row.service, cause, row.opened_by, row.assignee ?? ''].join('\n').toLowerCase();
}

function toRecord(row: Selectable<IncidentTable>): IncidentRecord {
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    service: row.service,
    symptom: row.symptom as IncidentRecord['symptom'],
    status: row.status as IncidentRecord['status'],
    onsetMs: row.onset_ms,
    detectedMs: row.detected_ms,
    resolvedMs: row.resolved_ms,
    resolvedBy: row.resolved_by as IncidentRecord['resolvedBy'],
    recovery: JSON.parse(row.recovery) as IncidentRecord['recovery'],
    report: JSON.parse(row.report) as IncidentRecord['report'],
    updatedMs: row.updated_ms,
    origin: row.origin as IncidentRecord['origin'],
    openedBy: row.opened_by,
    assignee: row.assignee,
    closed: row.closed_by === null ? null : { by: row.closed_by, reason: row.closed_reason ?? '' },
  };
}

function toChecks(text: string): readonly VerificationCheck[] {
  return JSON.parse(text) as readonly VerificationCheck[];
}
