import { describe, expect, it } from 'vitest';
import { gradeAlerts, type RawAlert } from './grade-alerts.ts';
import { toGroundTruth } from './ground-truth.ts';
import { incidentRecord, label } from './testing/known.ts';

const STEP = 100;
const scope = { fromMs: 0, toMs: 100_000, nowMs: 100_000 };

const alert = (openedMs: number, service = 'a', signalId = '', escalatedMs: readonly number[] = []): RawAlert => ({
  escalatedMs,
  service,
  signalId,
  openedMs,
  closedMs: openedMs + 1000,
  peakScore: 0.9,
});

describe('the grades of alerts', () => {
  it.each([
    ['long before', 9000, false],
    ['more than a step before', 9899, false],
    ['a step before', 9900, true],
    ['inside', 11_000, true],
    ['two steps after', 12_200, true],
    ['more than two steps after', 12_201, false],
  ])('hit an incident when they open inside it: %s', (_, openedMs, hit) => {
    const truth = toGroundTruth([incidentRecord('a', 10_000, 12_000)], [], scope);
    const grades = gradeAlerts([alert(openedMs)], truth, STEP);
    expect(grades.alerts[0]?.hit).toBe(hit);
    expect(grades).toMatchObject({ hits: Number(hit), misses: Number(!hit), falseAlarms: Number(!hit) });
    expect(grades.incidents[0]?.detectedMs).toBe(hit ? openedMs : null);
  });

  it('hit an incident in which they rise to red, though they opened before it', () => {
    const truth = toGroundTruth([incidentRecord('a', 10_000, 12_000)], [], scope);
    const grades = gradeAlerts([alert(5000, 'a', '', [7000, 11_000])], truth, STEP);
    expect(grades.alerts).toEqual([
      { service: 'a', signalId: '', openedMs: 5000, closedMs: 6000, peakScore: 0.9, hit: true },
    ]);
    expect(grades.incidents[0]?.detectedMs).toBe(11_000);
  });

  it('detect an incident once, by the first of them', () => {
    const truth = toGroundTruth([incidentRecord('a', 10_000, 20_000, { victims: ['b'] })], [], scope);
    const grades = gradeAlerts([alert(15_000), alert(11_000, 'b'), alert(12_000, 'c')], truth, STEP);
    expect(grades.alerts.map(({ hit }) => hit)).toEqual([true, true, false]);
    expect(grades).toMatchObject({ hits: 1, misses: 0, falseAlarms: 1 });
    expect(grades.incidents).toEqual([
      { service: 'a', fromMs: 10_000, toMs: 20_000, source: 'ledger', detectedMs: 11_000 },
    ]);
  });

  it('are not known where nothing is known of the range', () => {
    const grades = gradeAlerts([alert(1000), alert(2000)], toGroundTruth([], [], scope), STEP);
    expect(grades.alerts.map(({ hit }) => hit)).toEqual([null, null]);
    expect(grades).toMatchObject({ hits: 0, misses: 0, falseAlarms: 0, incidents: [] });
  });

  it.each(['false-alarm', 'expected', 'maintenance'] as const)('are false alarms in a time labelled %s', (kind) => {
    const truth = toGroundTruth(
      [incidentRecord('a', 10_000, 20_000)],
      [label('a', kind, 11_000, 12_000), label('b', kind, 30_000, 31_000, 'b/cpu')],
      scope
    );
    const alerts = [alert(11_500), alert(13_000), alert(30_500, 'b', 'b/cpu'), alert(30_500, 'b', 'b/memory')];
    const grades = gradeAlerts(alerts, truth, STEP);
    expect(grades.alerts.map(({ hit }) => hit)).toEqual([false, true, false, false]);
    expect(grades).toMatchObject({ hits: 1, misses: 0, falseAlarms: 3 });
  });

  it('hit what a person called an incident, whatever another one said', () => {
    const labels = [label('a', 'incident', 10_000, 20_000), label('a', 'expected', 9000, 21_000)];
    expect(gradeAlerts([alert(11_000)], toGroundTruth([], labels, scope), STEP)).toMatchObject({ hits: 1 });
  });

  it('miss what nothing opened in', () => {
    const truth = toGroundTruth([], [label('a', 'incident', 10_000, 20_000)], scope);
    expect(gradeAlerts([], truth, STEP)).toMatchObject({ hits: 0, misses: 1, falseAlarms: 0 });
  });
});
