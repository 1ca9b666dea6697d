import { describe, expect, it } from 'vitest';
import { alertRecord, execution, incident, NOW_MS, plan } from './testing/records.ts';
import { toTimeline } from './timeline.ts';

describe('toTimeline', () => {
  it('tells an incident from the change before it to its end, oldest first', () => {
    const decisions = [
      { approver: 'admin', decision: 'approve' as const, comment: 'go', atMs: NOW_MS - 200_000, breakGlass: false },
    ];
    const approved = plan({
      approval: { status: 'approved', expiresMs: NOW_MS, decisions, decidedMs: NOW_MS - 200_000, approvers: [] },
    });
    const resolved = incident({ status: 'resolved', resolvedMs: NOW_MS, resolvedBy: 'action' });
    const events = toTimeline(resolved, [approved], [execution()]);
    expect(events.map(({ title }) => title)).toEqual([
      'Change (migration) of orders-db',
      'First anomalous sample of checkout',
      'Incident detected',
      'Proposed: Create an index on orders(customer_id) in orders-db',
      'Approved by admin: Create an index on orders(customer_id) in orders-db',
      'Started: Create an index on orders(customer_id) in orders-db',
      'Recovered: Create an index on orders(customer_id) in orders-db',
      'Resolved after an approved action',
    ]);
  });

  it('tells when an alert fired and ended, by its fingerprint where it has no name', () => {
    const atMs = NOW_MS - 240_000;
    const alerts = [
      alertRecord({
        startsAtMs: atMs,
        endsAtMs: NOW_MS,
        name: 'CheckoutSlow',
        severity: 'critical',
        summary: 'p95 is high',
      }),
      alertRecord({ startsAtMs: atMs, endsAtMs: null, name: '', fingerprint: 'abc', severity: '', summary: '' }),
    ];
    const events = toTimeline(incident(), [], [], alerts).filter(({ title }) => title.startsWith('Alert'));
    expect(events).toEqual([
      { atMs, title: 'Alert fires: CheckoutSlow', detail: 'critical: p95 is high', tone: 'warning' },
      { atMs, title: 'Alert fires: abc', tone: 'warning' },
      { atMs: NOW_MS, title: 'Alert ends: CheckoutSlow', tone: 'neutral' },
    ]);
  });

  it('says when nobody decided, and names a plan it does not know', () => {
    const late = plan({
      approval: { status: 'timeout', expiresMs: NOW_MS, decisions: [], decidedMs: null, approvers: [] },
    });
    const titles = toTimeline(incident(), [late], [execution({ planId: 'other', outcome: 'no-data' })]).map(
      ({ title }) => title
    );
    expect(titles).toContain('Nobody decided in time: Create an index on orders(customer_id) in orders-db');
    expect(titles).toContain('No data: plan other');
  });
});
