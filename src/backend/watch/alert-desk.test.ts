import { describe, expect, it } from 'vitest';
import type { AlertRecord, IncidentRecord } from '#contracts';
import { at, makeDesk, makeReport } from './testing/desk.ts';

const alert = (id: string, change: Partial<AlertRecord> = {}): AlertRecord => ({
  id,
  fingerprint: `f${id}`,
  status: 'firing',
  name: `Alert ${id}`,
  service: 'payment',
  severity: 'critical',
  summary: 'slow',
  labels: {},
  startsAtMs: at - 300_000,
  endsAtMs: null,
  receivedMs: at,
  incidentId: null,
  ...change,
});
const causeless = () => makeReport({ decision: 'no-significant-root-cause', hypotheses: [], victims: [] });
const links = ({ alerts }: { alerts: readonly AlertRecord[] }) => alerts.map(({ incidentId }) => incidentId);

describe('an alert that fires', () => {
  it('opens an incident of its service, also without a cause, with checks that close it, and a run', async () => {
    const { ledger, look } = makeDesk(causeless);
    ledger.alerts = [alert('1')];
    expect(await look(0, null)).toMatchObject({ openIncidentId: 'i0', opened: 1, proposed: 0, problems: [] });
    expect(ledger.incidents).toMatchObject([
      {
        service: 'payment',
        symptom: 'latency',
        fingerprint: 'incident:payment',
        origin: 'alert',
        openedBy: 'Alert 1',
        recovery: [{ unit: 'seconds' }, { unit: 'ratio' }],
      },
    ]);
    expect(links(ledger)).toEqual(['i0']);
    expect(ledger.started).toMatchObject([{ id: 'i0', again: false }]);
    await look(1, null);
    expect([ledger.incidents.length, ledger.started.length]).toEqual([1, 1]);
  });

  it('opens one incident for all alerts of a service, named after the oldest', async () => {
    const { ledger, look, analysed } = makeDesk(causeless);
    ledger.alerts = [alert('1'), alert('2', { startsAtMs: at - 900_000 }), alert('3', { startsAtMs: at })];
    await look(0, null);
    expect(ledger.incidents).toMatchObject([{ openedBy: 'Alert 2' }]);
    expect(links(ledger)).toEqual(['i0', 'i0', 'i0']);
    ledger.alerts.push(alert('4'));
    await look(1, null);
    expect(links(ledger)).toEqual(['i0', 'i0', 'i0', 'i0']);
    expect(analysed()).toBe(1);
  });

  it.each([
    ['the service of an open incident', 'gateway'],
    ['its cause', 'payment'],
  ])('joins the incident where it is about %s', async (_, service) => {
    const { ledger, look, analysed } = makeDesk(() => makeReport());
    ledger.alerts = [alert('1', { service })];
    expect(await look(0)).toMatchObject({ opened: 1 });
    expect(ledger.incidents).toMatchObject([{ service: 'gateway', origin: 'watch' }]);
    expect(links(ledger)).toEqual(['i0']);
    expect(analysed()).toBe(1);
  });

  it('joins the incident that has the same cause, once that is found', async () => {
    const { ledger, look } = makeDesk(() => makeReport({ victims: [] }));
    const open = { id: 'i9', fingerprint: 'incident:checkout', service: 'checkout', detectedMs: 1, onsetMs: 1 };
    ledger.incidents = [{ ...open, report: makeReport({ victims: [] }) } as IncidentRecord];
    ledger.alerts = [alert('1', { service: 'gateway' })];
    expect(await look(0, null)).toMatchObject({ opened: 0 });
    expect(links(ledger)).toEqual(['i9']);
  });

  it('has plans proposed where its cause is clear', async () => {
    const { ledger, look } = makeDesk(() => makeReport());
    ledger.alerts = [alert('1')];
    expect(await look(0, null)).toMatchObject({ opened: 1, proposed: 1 });
    expect(ledger.plans).toMatchObject([{ incidentId: 'i0', action: 'restart' }]);
  });

  it('belongs to an incident that was closed after it began, and opens none anew', async () => {
    const { ledger, look } = makeDesk(() => makeReport());
    await look(0);
    ledger.incidents = [];
    ledger.alerts = [alert('1'), alert('2', { startsAtMs: at + 150_000 })];
    expect(await look(2, null)).toMatchObject({ opened: 1 });
    expect(links(ledger)).toEqual(['i0', 'i0']);
    expect(ledger.incidents).toMatchObject([{ openedBy: 'Alert 2' }]);
  });

  it.each([
    ['nobody knows its service', alert('1', { service: 'mainframe' })],
    ['no label names its service', alert('1', { service: null })],
    ['nobody repeated it for a day', alert('1', { receivedMs: at - 25 * 3_600_000 })],
    ['it is over', alert('1', { status: 'resolved' })],
    ['it belongs to an incident', alert('1', { incidentId: 'i7' })],
  ])('is left alone, and no problem, where %s', async (_, left) => {
    const { ledger, look, analysed } = makeDesk(causeless);
    ledger.alerts = [left];
    expect(await look(0, null)).toMatchObject({ opened: 0, problems: [] });
    expect([links(ledger), analysed()]).toEqual([[left.incidentId], 0]);
  });

  it('waits for the leader', async () => {
    const { ledger, look } = makeDesk(causeless);
    ledger.alerts = [alert('1')];
    expect(await look(0, null, false)).toMatchObject({ opened: 0 });
    expect(links(ledger)).toEqual([null]);
  });

  it('has its turn after others: a few investigations and links a look', async () => {
    const { ledger, look, analysed } = makeDesk(causeless);
    ledger.alerts = Array.from({ length: 100 }, (_, index) => alert(String(index)));
    await look(0, null);
    expect(links(ledger).filter((id) => id !== null)).toHaveLength(60);
    await look(1, null);
    expect(links(ledger).filter((id) => id !== null)).toHaveLength(100);
    expect(analysed()).toBe(1);
  });

  it('is tried again less and less often when it cannot be investigated', async () => {
    let down = true;
    let tries = 0;
    const { ledger, look } = makeDesk(() => {
      tries += 1;
      if (down) {
        throw new Error('no data');
      }
      return causeless();
    });
    ledger.alerts = [alert('1')];
    expect(await look(0, null)).toMatchObject({ opened: 0, problems: [{ source: 'prometheus' }] });
    for (let halfMinute = 1; halfMinute <= 14; halfMinute += 1) {
      await look(halfMinute / 2, null);
    }
    expect(tries).toBe(4);
    down = false;
    await look(30, null);
    expect([tries, links(ledger)]).toEqual([5, ['i0']]);
  });

  it.each([
    ['long ago', 1],
    ['in the future', at + 3_600_000],
    ['at the end of time', 8.64e15],
  ])('is explained also when it says that it began %s', async (_, startsAtMs) => {
    const { ledger, look } = makeDesk(causeless);
    ledger.alerts = [alert('1', { startsAtMs })];
    expect(await look(0, null)).toMatchObject({ opened: 1, problems: [] });
  });

  it('tells of a ledger that does not answer, and does not hold up the rest', async () => {
    const { ledger, look } = makeDesk(causeless);
    ledger.alerts = [alert('1')];
    ledger.down = true;
    expect(await look(0, null)).toMatchObject({ problems: [{ source: 'executor' }] });
    ledger.down = false;
    expect(await look(1, null)).toMatchObject({ opened: 1, problems: [] });
  });
});

describe('the run of an incident', () => {
  const changing = () => {
    const state = { verdict: 'LIKELY', decision: 'root-cause', cause: 'pool-exhaustion' };
    const report = () => makeReport({ ...state, hypotheses: [{ service: 'payment', cause: state.cause }] });
    return { state, ...makeDesk(report) };
  };

  it.each([
    ['verdict', { verdict: 'CONFIRMED' }],
    ['leading cause', { cause: 'overload' }],
  ])('starts again when the %s changes, with its window', async (_, change) => {
    const { state, ledger, look } = changing();
    await look(0);
    await look(3);
    expect(ledger.started).toEqual([{ id: 'i0', again: false, atMs: at }]);
    Object.assign(state, change);
    await look(4);
    await look(5);
    expect(ledger.started.slice(1)).toEqual([{ id: 'i0', again: true, atMs: at + 4 * 60_000 }]);
  });

  it('starts at most every two minutes, and the last change is not lost', async () => {
    const { state, ledger, look } = changing();
    await look(0);
    state.verdict = 'CONFIRMED';
    await look(0.5);
    state.verdict = 'LIKELY';
    await look(1);
    expect(ledger.started).toHaveLength(1);
    await look(2);
    await look(3);
    expect(ledger.started.slice(1)).toEqual([{ id: 'i0', again: true, atMs: at + 2 * 60_000 }]);
  });

  it('starts for the last change also when the incident is over before', async () => {
    const { state, ledger, look } = changing();
    await look(0);
    state.verdict = 'CONFIRMED';
    await look(0.5);
    ledger.incidents = [];
    await look(1, null);
    expect(ledger.started.map(({ again }) => again)).toEqual([false, true]);
  });
});
