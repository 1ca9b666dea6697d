import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Harness } from '../testing/harness.ts';
import { makeHarness } from '../testing/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await makeHarness();
});
afterEach(() => harness.stop());

/** Samples by name and labels. */
async function scrape(): Promise<Map<string, number>> {
  const reply = await harness.call('GET', '/metrics', {});
  expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = reply.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))])
  );
}

describe('/metrics', () => {
  it('starts every counter at zero, so that increase() sees the first event', async () => {
    const samples = await scrape();
    const names = [
      'alerts_raw_total',
      'alerts_deduplicated_total',
      'remediation_success_total',
      'remediation_attempts_total',
      'remediation_actions_total{action="restart"}',
      'causeway_executor_pending_approvals',
      'causeway_executor_frozen',
    ];
    expect(names.map((name) => [name, samples.get(name)])).toEqual(names.map((name) => [name, 0]));
    expect(samples.get('causeway_executor_audit_ok')).toBe(1);
  });

  it('counts an incident from its first anomalous sample to its resolution', async () => {
    const incident = await harness.openIncident();
    await harness.openIncident();
    const plan = await harness.propose(incident.id);
    expect((await scrape()).get('causeway_executor_pending_approvals')).toBe(1);
    await harness.decide(plan, 'alice');
    harness.metrics['users'] = 0.1;
    await harness.clock.advance(30);
    await harness.clock.advance(15);
    await harness.clock.advance(15);
    const samples = await scrape();
    const labels = `{incident="${incident.id}",service="payment"}`;
    expect(samples.get(`incident_detection_time_seconds${labels}`)).toBe(120);
    expect(samples.get(`incident_resolution_time_seconds${labels}`)).toBe(180);
    expect(samples.get('alerts_raw_total')).toBe(2);
    expect(samples.get('alerts_deduplicated_total')).toBe(1);
    expect(samples.get('remediation_attempts_total')).toBe(1);
    expect(samples.get('remediation_success_total')).toBe(1);
    expect(samples.get('remediation_actions_total{action="scale"}')).toBe(1);
    expect(samples.get('causeway_executor_pending_approvals')).toBe(0);
    expect(samples.get('causeway_executor_executions{status="finished"}')).toBe(1);
  });

  it('does not count an action that was refused before it took effect', async () => {
    const incident = await harness.openIncident();
    const plan = await harness.propose(incident.id);
    harness.platform.touch('payment');
    await harness.decide(plan, 'alice');
    const samples = await scrape();
    expect(samples.get('remediation_attempts_total')).toBe(0);
    expect(samples.get('causeway_executor_executions{status="finished"}')).toBe(1);
  });

  it('keeps hostile service names inside their label', async () => {
    await harness.openIncident({ service: 'a"} 1\nevil{x="\\' });
    const reply = await harness.call('GET', '/metrics', {});
    expect(reply.text).not.toMatch(/^evil/m);
    expect(reply.text).toContain('service="a\\"} 1\\nevil{x=\\"\\\\"');
  });
});
