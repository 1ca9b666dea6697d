import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runEventSchema } from '#contracts';
import type { Evidence, EvidenceDetail, RcaReport, TimeWindow } from '#model';
import { toReportEvents } from '../../../src/backend/investigations/runs/report-events.ts';
import { ObservedShop } from '../../support/shop/observed-shop.ts';

const QUIET_MINUTES = 20;
const BROKEN_MINUTES = 5;

function detailsOf<Kind extends EvidenceDetail['kind']>(evidence: readonly Evidence[], kind: Kind) {
  return evidence.flatMap(({ detail }) =>
    detail?.kind === kind ? [detail as Extract<EvidenceDetail, { readonly kind: Kind }>] : []
  );
}

describe.each([
  { fault: 'missing-index', cause: 'orders-db', isSlow: true },
  { fault: 'oom-crash-loop', cause: 'inventory', isSlow: false },
])('details about $fault', ({ fault, cause, isSlow }) => {
  let shop: ObservedShop;
  let window: TimeWindow;
  let plain: RcaReport;
  let report: RcaReport;

  beforeAll(async () => {
    shop = await ObservedShop.open();
    shop.pass(QUIET_MINUTES);
    const onsetMs = shop.break(fault, BROKEN_MINUTES);
    window = { fromMs: onsetMs, toMs: shop.pass(0) };
    const request = { service: 'checkout', window, onsetMs };
    plain = await shop.explain(request);
    report = await shop.explain(request, true);
  }, 60_000);
  afterAll(() => shop.close());

  it('come after the evidence of the ranking and change neither verdict nor summary', () => {
    const { evidence, impact, gaps, ...judged } = report;
    const first = evidence.slice(0, plain.evidence.length);
    expect({ ...judged, id: plain.id, evidence: first, gaps: plain.gaps }).toEqual(plain);
    expect(evidence.map(({ number }) => number)).toEqual(evidence.map((_, i) => i + 1));
    expect(impact).toBeDefined();
    expect(gaps.filter(({ reason }) => /not there within|unexpected/.test(reason))).toEqual([]);
    expect(evidence.filter(({ statement }) => /\p{Cc}/u.test(statement))).toEqual([]);
  });

  it('fit the events of a run', () => {
    for (const event of toReportEvents(report)) {
      expect(runEventSchema.safeParse({ ...event, seq: 1, atMs: 0, elapsedMs: 0 }).error).toBeUndefined();
    }
  });

  it('show lines of the log of the cause that are new', () => {
    const found = report.evidence.find(({ service, detail }) => service === cause && detail?.kind === 'log-samples');
    const detail = detailsOf(found ? [found] : [], 'log-samples')[0];
    expect(detail).toMatchObject({ isNew: true, usualCount: 0 });
    expect(detail?.lines.length).toBeGreaterThan(0);
    expect(detail?.count).toBeGreaterThan(5);
  });

  it('find the same lines by the query that they give', async () => {
    const found = report.evidence.filter(({ detail }) => detail?.kind === 'log-samples');
    expect(found.length).toBeGreaterThan(0);
    for (const { query = '', window: within = window, detail } of found) {
      const lines = (await shop.datasource.upstreams.loki?.queryLines(query, { window: within, limit: 5000 })) ?? [];
      const count = detail?.kind === 'log-samples' ? detail.count : NaN;
      // A template may stand for lines of several severities that contain the same texts.
      expect(lines.length).toBeGreaterThanOrEqual(count);
    }
  });

  it('find the trace that they show by the query that they give', async () => {
    for (const { query = '', window: within = window, detail } of report.evidence.filter(
      (item) => item.detail?.kind === 'trace-path'
    )) {
      const found = (await shop.datasource.upstreams.tempo?.search(query, { window: within, limit: 5 })) ?? [];
      expect(found.map(({ traceId }) => traceId)).toEqual([detail?.kind === 'trace-path' ? detail.traceId : '']);
    }
  });

  it('show a trace whose parts add up to its length, beside good ones', () => {
    const paths = detailsOf(report.evidence, 'trace-path');
    expect(paths.length).toBeGreaterThan(0);
    for (const { path, durationMs, comparedWith } of paths) {
      expect(path.reduce((total, { selfMs }) => total + selfMs, 0)).toBeCloseTo(durationMs, 3);
      expect(comparedWith).toBeGreaterThan(0);
    }
    const trace = report.evidence.find(({ detail, service }) => detail?.kind === 'trace-path' && service === cause);
    expect(trace?.statement).toMatch(
      isSlow ? /the slow trace .* by itself, normally/ : /the failed trace .* It failed in/
    );
  });

  it('say what it costs, with the number of the evidence', () => {
    const revenue = report.impact?.find(({ name }) => name === 'Revenue');
    expect(revenue?.unit).toBe('USD/min');
    expect(revenue?.value).toBeGreaterThan(0);
    // Customers wait longer for slow requests, and still buy.
    expect((revenue?.lost ?? NaN) / (revenue?.usual ?? NaN) > 0.5).toBe(!isSlow);
    for (const { evidence } of report.impact ?? []) {
      expect(report.evidence.find(({ number }) => number === evidence)?.source).toBe('impact');
    }
  });

  it('say how the workload of the cause is', () => {
    const state = report.evidence.find(({ source, service }) => source === 'kubernetes' && service === cause);
    const events = state?.detail?.kind === 'workload-state' ? state.detail.events : [];
    expect(events.some(({ reason, message }) => reason === 'BackOff' && message.includes(cause))).toBe(!isSlow);
    expect(state?.statement).toMatch(isSlow ? /No container restarted/ : /restarts in the window \(OOMKilled\)/);
  });
});
