import React from 'react';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { HypothesisRanking } from '../HypothesisRanking.tsx';
import { TEST_IDS } from '../test-ids.ts';
import { causalEffect, effectsReport, evidenceSeries, fullReport, ONSET_MS } from '../testing/full-report.ts';
import { report } from '../testing/records.ts';
import { formatClock } from './clock.ts';
import { formatPlace, toTerms } from './contribution-terms.ts';
import { describeRule, formatFigure, formatProbability, formatShareInterval } from './effect-text.ts';
import { EffectsSection } from './EffectsSection.tsx';
import { RuledOutTable } from './RuledOutTable.tsx';
import { SeriesSection } from './SeriesSection.tsx';
import { toShareDomain } from './ShareBar.tsx';
import { WhatIsNotKnown } from './WhatIsNotKnown.tsx';

afterEach(cleanup);

const IDS = TEST_IDS.rca;

describe('contributions', () => {
  const [first] = report().hypotheses;
  const against = { feature: 'virtual', value: 1, weight: -1.5, evidence: [] };
  const hypothesis = { ...first!, score: 5, contributions: [...first!.contributions, against] };

  it('are numbers with a sign beside bars to either side of zero', () => {
    render(<HypothesisRanking hypotheses={[hypothesis]} leading={1} />);
    const rows = screen.getAllByTestId(IDS.term);
    expect(rows.map((row) => row.textContent)).toEqual([
      'own anomaly+2.910.97 × 3.00[2]',
      'earliest onset+1.201.00 × 1.20[1]',
      'Seen only from one side−1.501.00 × −1.50',
      'All other terms together+2.39',
    ]);
    const bars = rows.map((row) => row.querySelector<HTMLElement>('[aria-hidden] > span')?.style);
    expect(bars.map((style) => [style?.left, style?.right, style?.width])).toEqual([
      ['50%', '', '50%'],
      ['50%', '', `${(1.2 / 2.91) * 50}%`],
      ['', '50%', `${(1.5 / 2.91) * 50}%`],
      [undefined, undefined, undefined],
    ]);
  });

  it('add up to the score', () => {
    const sum = toTerms(hypothesis).reduce((total, { term }) => total + term, 0);
    expect(sum).toBeCloseTo(5);
    expect(toTerms({ ...hypothesis, score: 2.91 + 1.2 - 1.5 })).toHaveLength(3);
  });

  it('say where the two rankings differ, and keep quiet where they agree', () => {
    const ranked = (trainedRank: number) => ({ ...hypothesis, opinions: { linearRank: 1, trainedRank } });
    render(<HypothesisRanking hypotheses={[ranked(2)]} leading={1} />);
    expect(screen.getByTestId(IDS.hypothesis).textContent).toContain('linear ranking 1st, trained ranking 2nd');
    cleanup();
    render(<HypothesisRanking hypotheses={[ranked(1)]} leading={1} />);
    expect(screen.getByTestId(IDS.hypothesis).textContent).not.toContain('ranking 1st');
  });

  it('name places', () => {
    expect([1, 2, 3, 4, 11, 12, 21, 112].map(formatPlace).join()).toBe('1st,2nd,3rd,4th,11th,12th,21st,112th');
  });
});

describe('SeriesSection', () => {
  const { series, window, changes } = fullReport();
  const show = (items = series!) => render(<SeriesSection series={items} window={window} changes={changes} />);

  it('shows cause first and target last, with onset, worst and usual values in words', () => {
    show();
    const rows = screen.getAllByTestId(IDS.seriesRow);
    expect(rows.map(({ dataset }) => [dataset.role, dataset.service])).toEqual([
      ['cause', 'orders-db'],
      ['path', 'payment'],
      ['path', 'order'],
      ['target', 'checkout'],
    ]);
    expect(rows[0]?.textContent).toBe(
      `Cause orders-db sequential scansstrange from ${formatClock(ONSET_MS)}, worst 410 /s, usual 0 /s to 2 /s, 9 of 120 points missing [2]`
    );
    expect(rows[2]?.textContent).toContain('never clearly strange');
    expect(screen.getByTestId(IDS.series).textContent).toContain('payment 15 s later, order never clearly');
  });

  it('marks onset, change and window where they lie, and nothing outside of the range', () => {
    show();
    const marks = (kind: string) => [...document.querySelectorAll<HTMLElement>(`[data-mark="${kind}"]`)];
    expect(marks('onset')).toHaveLength(3);
    // In each of the four charts.
    expect(marks('change')).toHaveLength(4);
    expect(marks('bound')).toHaveLength(0);
    const [first, second] = marks('onset').map(({ style }) => Number.parseFloat(style.left));
    expect(second).toBeGreaterThan(first!);
    fireEvent.click(screen.getByRole('radio', { name: 'All of it' }));
    expect(marks('bound')).toHaveLength(8);
  });

  it('reads all series at the instant of the slider', () => {
    show();
    const slider = screen.getByTestId(IDS.seriesSlider);
    expect(slider.getAttribute('aria-valuetext')).toBe('nothing is read');
    fireEvent.change(slider, { target: { value: String(ONSET_MS + 60_000) } });
    expect(slider.getAttribute('aria-valuetext')).toContain('orders-db sequential scans 410 /s');
    expect(screen.getAllByTestId(IDS.seriesRow)[1]?.textContent).toContain('3.5 s, usual 40 ms to 62 ms');
    expect(document.querySelectorAll('[data-mark="cursor"]')).toHaveLength(1);
  });

  it('says the same in a table', () => {
    show();
    const rows = within(screen.getByTestId(IDS.seriesTable)).getAllByRole('row', { hidden: true });
    expect(rows).toHaveLength(5);
    expect(rows[3]?.textContent).toContain('order p95 latencyOn the pathnone40 ms to 62 ms, median 50 ms');
  });

  it('has one range and no onsets where nothing was strange', () => {
    show([evidenceSeries({ onsetMs: undefined, values: [], timesMs: [] })]);
    expect(screen.getByTestId(IDS.series).textContent).toContain('No series left its usual range clearly.');
    expect(screen.queryByRole('radio')).toBeNull();
    expect(screen.getByTestId(IDS.seriesRow).textContent).toContain('not measured');
  });
});

describe('EffectsSection', () => {
  it('gives every effect its numbers, verdict and words', () => {
    const { effects } = effectsReport();
    render(<EffectsSection effects={effectsReport({ effects: effects.toReversed() })} />);
    const rows = screen.getAllByTestId(IDS.effect);
    expect(rows.map((row) => row.textContent)).toEqual([
      'orders-db p95 latencySupported87 % (80 % to 94 %)1.04 s per s(0.96 to 1.12)< 0.001< 0.001',
      'payment p95 latencyNot supported20 % (no limit to 90 %)1.04 s per s(0.96 to 1.12)0.0340.08',
      'search CPU useNot testable',
    ]);
    const text = screen.getByTestId(IDS.effects).textContent;
    expect(text).toContain('it does not prove a cause');
    expect(text).toContain('would have been 0.42 s');
    expect(text).toContain('not on a causal path to the target');
    expect([...document.querySelectorAll('details')].map(({ open }) => open)).toEqual([true]);
  });

  it('says what the data say of declared rules, and why there is nothing to say', () => {
    render(
      <EffectsSection effects={effectsReport({ effects: [], reason: 'The latency of checkout is not measured.' })} />
    );
    expect(screen.getByTestId(IDS.effects).textContent).toContain('The latency of checkout is not measured.');
    expect(screen.getByTestId(IDS.rules).textContent).toContain(
      'When pg_connections of orders-db is > 90 %, latency of order rises85 %ContradictedThe target does not follow.'
    );
    expect(screen.queryByTestId(IDS.effect)).toBeNull();
  });

  it('writes numbers as people do, and what is not known as not known', () => {
    expect([0.5, 0.0341, 0.0009, 0, 1].map(formatProbability)).toEqual(['0.5', '0.034', '< 0.001', '< 0.001', '1']);
    expect([formatProbability(Number.NaN), formatFigure(Number.NaN), formatFigure(-0.021_34)]).toEqual([
      'not known',
      'not known',
      '−0.0213',
    ]);
    expect(formatShareInterval({ value: 1, low: null, high: null })).toBe('no limit to no limit');
    expect(formatShareInterval({ value: 1, low: -166.4, high: 9.9 })).toBe('−166 × to 990 %');
    const [finding] = effectsReport().rules;
    expect(describeRule({ ...finding!.rule, effect: { service: 'a', symptom: 'load', change: 'decrease' } })).toContain(
      'load of a falls'
    );
  });

  it('draws every share between none and all, and cuts what is wider', () => {
    expect(toShareDomain([causalEffect()])).toEqual([0, 1]);
    expect(toShareDomain([causalEffect({ share: { value: 1.5, low: null, high: 9 } })])).toEqual([-0.5, 1.5]);
    expect(toShareDomain([])).toEqual([0, 1]);
  });
});

describe('what is not known and who is ruled out', () => {
  const coverage = ['a', 'b', 'c', 'd'].map((service) => ({
    service,
    score: 0.62,
    reasons: ['No traces.', 'No logs.'],
  }));

  it('is one line that unfolds, open when nothing is concluded', () => {
    const gaps = [{ source: 'tempo', reason: 'No trace was sampled.' }];
    render(<WhatIsNotKnown coverage={coverage} gaps={gaps} isOpen={false} />);
    const box = screen.getByTestId<HTMLDetailsElement>(IDS.unknown);
    expect(box.querySelector('summary')?.textContent?.trim()).toBe(
      '1 source was missing; not everything is known of a (62 %), b (62 %), c (62 %) and 1 more'
    );
    expect(box.open).toBe(false);
    expect(box.textContent).toContain('d, 62 % known: No traces. No logs.');
    cleanup();
    render(<WhatIsNotKnown coverage={coverage.slice(0, 1)} gaps={[]} isOpen />);
    expect(screen.getByTestId<HTMLDetailsElement>(IDS.unknown).open).toBe(true);
    expect(screen.queryByTestId(IDS.gaps)).toBeNull();
    cleanup();
    render(<WhatIsNotKnown coverage={[]} gaps={[]} isOpen />);
    expect(screen.queryByTestId(IDS.unknown)).toBeNull();
  });

  it('shows reasons as text', () => {
    render(<RuledOutTable ruledOut={[{ service: '<b>x</b>', reason: 'Its CPU follows <i>traffic</i>.' }]} />);
    expect(document.querySelector('b, i')).toBeNull();
    expect(screen.getAllByRole('row')[1]?.textContent).toBe('<b>x</b>Its CPU follows <i>traffic</i>.');
  });
});
