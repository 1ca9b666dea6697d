import React from 'react';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_IDS } from '#ui';
import { fullReport } from '../../../ui/testing/full-report.ts';
import { report } from '../../../ui/testing/records.ts';
import { RANGE, renderPage } from '../../testing/render-page.tsx';
import { withMeasuredText } from '../../testing/measured-text.ts';
import { RcaPage } from './RcaPage.tsx';

afterEach(cleanup);

const SERVICE = '/a/causeway-aiops-app/rca?service=checkout&from=now-1h&to=now';
const line = (event: object) => `${JSON.stringify(event)}\n`;
const show = (address: string, options: Parameters<typeof renderPage>[1] = {}) =>
  renderPage(<RcaPage range={RANGE} />, { ...options, address });

describe('RcaPage', () => {
  it('analyses the service of the address over the time range and shows cause, reasons and gaps', async () => {
    const { requests } = show(SERVICE);
    expect((await screen.findByTestId(TEST_IDS.rca.topCause)).textContent).toBe(
      'orders-db: Slow database query (confidence 91 %)'
    );
    const asked = requests.find(({ url }) => url.endsWith('/analyses'));
    expect(asked?.data).toMatchObject({ service: 'checkout', fromMs: RANGE.from.valueOf(), toMs: RANGE.to.valueOf() });
    const page = screen.getByTestId(TEST_IDS.rca.report);
    expect(page.dataset.verdict).toBe('LIKELY');
    for (const text of [
      'No trace was sampled in the window.',
      'Its own processing time did not change',
      'No trace of the slow requests was sampled.',
      'drop index orders_customer_id',
    ]) {
      expect(page.textContent).toContain(text);
    }
  });

  it('shows series, effects, path and what is not known of a report that has them, with the time of every stage', async () => {
    const chunks = [
      line({ type: 'progress', stage: 'signals', elapsedMs: 0 }),
      line({ type: 'progress', stage: 'topology', elapsedMs: 400 }),
      line({ type: 'report', report: fullReport(), elapsedMs: 500 }),
    ];
    show(SERVICE, { answers: { analyses: { chunks } } });
    const page = await screen.findByTestId(TEST_IDS.rca.report);
    expect([...page.querySelectorAll('h2')].map(({ textContent }) => textContent)).toEqual([
      'Proposed actions',
      'Possible causes',
      'Who moved first',
      'How it spread',
      'Causal effects',
      'Ruled out',
      'Changes near the start',
      'Evidence',
    ]);
    expect(screen.getAllByTestId(TEST_IDS.rca.seriesRow)).toHaveLength(4);
    expect(screen.getAllByTestId(TEST_IDS.rca.effect)).toHaveLength(3);
    expect(screen.getByTestId(TEST_IDS.rca.path).textContent).toContain(
      'checkout 88 % explained, assumed, not measured'
    );
    expect(screen.getByTestId(TEST_IDS.rca.unknown).textContent).toContain('No traces name it.');
    const [signals] = screen.getAllByTestId(TEST_IDS.rca.stage);
    expect([signals?.dataset.state, signals?.textContent]).toEqual(['done', ' Read signals 0.4 s']);
  });

  it('shows a report of an older version without what it lacks', async () => {
    show(SERVICE);
    await screen.findByTestId(TEST_IDS.rca.report);
    expect(screen.queryByTestId(TEST_IDS.rca.series)).toBeNull();
    expect(screen.queryByTestId(TEST_IDS.rca.effects)).toBeNull();
  });

  it('shows the stages while it runs, and can be cancelled and started again', async () => {
    const { state } = show(SERVICE, { answers: { analyses: 'silence' } });
    expect((await screen.findByTestId(TEST_IDS.rca.progress)).textContent).toContain('Read signals');
    const before = state.open;
    fireEvent.click(screen.getByTestId(TEST_IDS.rca.cancel));
    expect(screen.getByTestId(TEST_IDS.state.empty).textContent).toContain('cancelled');
    await waitFor(() => expect(state.open).toBe(before - 1));
    fireEvent.click(screen.getByTestId(TEST_IDS.rca.analyse));
    expect(await screen.findByTestId(TEST_IDS.rca.progress)).toBeTruthy();
  });

  it('does not dress up an analysis that failed or found nothing', async () => {
    const failed = {
      chunks: [
        line({ type: 'progress', stage: 'signals', elapsedMs: 0 }),
        line({
          type: 'error',
          code: 'CAUSEWAY_X',
          message: 'No signals of checkout.',
          remedy: 'Choose a longer time range.',
        }),
      ],
    };
    show(SERVICE, { answers: { analyses: failed } });
    expect((await screen.findByTestId(TEST_IDS.state.error)).textContent).toContain('Choose a longer time range.');
    expect(screen.getAllByTestId(TEST_IDS.rca.stage)[0]?.textContent).toContain('failed here');
    cleanup();
    const nothing = report({
      decision: 'insufficient-data',
      verdict: 'INCONCLUSIVE',
      hypotheses: [],
      victims: [],
      proposals: [],
    });
    show(SERVICE, {
      answers: { analyses: { chunks: [line({ type: 'report', report: nothing, elapsedMs: 1 })] } },
    });
    expect((await screen.findByTestId(TEST_IDS.rca.topCause)).textContent).toBe('Not enough data to name a cause.');
    expect(screen.queryByTestId(TEST_IDS.rca.proposal)).toBeNull();
  });

  it('shows an incident with its plans and timeline, and decides there', async () => {
    const { requests } = show('/a/causeway-aiops-app/rca?incident=01INCIDENT');
    expect((await screen.findByTestId(TEST_IDS.rca.timeline)).textContent).toContain('Incident detected');
    expect(screen.getAllByTestId(TEST_IDS.rca.proposal)).toHaveLength(1);
    expect(requests.some(({ url }) => url.endsWith('/analyses'))).toBe(false);
  });
});

describe('RcaPage without a service', () => {
  withMeasuredText();

  it('asks which service where the address names none', async () => {
    show('/a/causeway-aiops-app/rca');
    expect((await screen.findByTestId(TEST_IDS.rca.form)).textContent).toContain('Which service is in trouble?');
  });
});
