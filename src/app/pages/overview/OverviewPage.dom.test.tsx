import React from 'react';
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_IDS } from '#ui';
import { EXECUTOR_DOWN, RANGE, renderPage } from '../../testing/render-page.tsx';
import { OverviewPage } from './OverviewPage.tsx';

afterEach(cleanup);

describe('OverviewPage', () => {
  it('shows the open incident with its cause, and services by urgency with links to their analysis', async () => {
    renderPage(<OverviewPage range={RANGE} />);
    const incident = await screen.findByTestId(TEST_IDS.overview.incident);
    expect(incident.textContent).toContain('orders-db: Slow database query');
    expect(within(incident).getByRole('link', { name: 'Decide (1)' }).getAttribute('href')).toBe(
      '/a/causeway-aiops-app/rca?incident=01INCIDENT'
    );
    const rows = await screen.findAllByTestId(TEST_IDS.overview.serviceRow);
    expect(rows.slice(0, 3).map((row) => row.dataset.service)).toEqual(['orders-db', 'payment', 'order']);
    expect(rows.find((row) => row.dataset.service === 'payment-provider')?.textContent).toContain('Unknown: no data');
    expect(
      within(rows[0] as HTMLElement)
        .getByRole('link')
        .getAttribute('href')
    ).toMatch(/^\/a\/causeway-aiops-app\/rca\?service=orders-db&from=\d+&to=\d+$/);
  });

  it('keeps the services when the executor is down, and says what to do', async () => {
    renderPage(<OverviewPage range={RANGE} />, { answers: EXECUTOR_DOWN });
    const error = await within(screen.getByTestId(TEST_IDS.overview.incidents)).findByTestId(TEST_IDS.state.error);
    expect(error.textContent).toContain('Executor: The executor does not answer.');
    expect(within(error).getByRole('link').getAttribute('href')).toBe('/plugins/causeway-aiops-app');
    expect(await screen.findAllByTestId(TEST_IDS.overview.serviceRow)).not.toHaveLength(0);
  });

  it('keeps the incidents when Prometheus is down', async () => {
    const body = { code: 'CAUSEWAY_PROM_UNREACHABLE', message: 'Prometheus does not answer.', remedy: 'Start it.' };
    renderPage(<OverviewPage range={RANGE} />, { answers: { overview: { status: 502, body } } });
    expect((await screen.findByTestId(TEST_IDS.state.error)).textContent).toContain('What to do: Start it.');
    expect(await screen.findByTestId(TEST_IDS.overview.incident)).toBeTruthy();
    expect(screen.queryByTestId(TEST_IDS.overview.serviceRow)).toBeNull();
  });

  it('names sources that could not be read beside what could', async () => {
    const problems = [{ source: 'loki', code: 'X', message: 'Loki does not answer.', remedy: 'Start Loki.' }];
    renderPage(<OverviewPage range={RANGE} />, {
      answers: { overview: { value: { atMs: 0, services: [], graph: null, problems } } },
    });
    expect((await screen.findByTestId(TEST_IDS.state.error)).textContent).toContain('Loki: Loki does not answer.');
    expect(screen.queryByTestId(TEST_IDS.overview.serviceTable), 'nothing is claimed about services').toBeNull();
  });

  it('says that there are no services where every source was read', async () => {
    renderPage(<OverviewPage range={RANGE} />, {
      answers: { overview: { value: { atMs: 0, services: [], graph: null, problems: [] } } },
    });
    expect((await screen.findByTestId(TEST_IDS.overview.serviceTable)).textContent).toContain('No services were found');
  });

  it('is loading before anything has been answered, which is not the same as empty', () => {
    renderPage(<OverviewPage range={RANGE} />, {
      answers: { overview: 'silence', 'v1/incidents': 'silence', watch: 'silence' },
    });
    expect(screen.getAllByTestId(TEST_IDS.state.loading)).toHaveLength(2);
    expect(screen.queryByTestId(TEST_IDS.state.empty)).toBeNull();
  });

  it('says how to add the data source where there is none', async () => {
    renderPage(<OverviewPage range={RANGE} />, { clients: { backend: undefined, datasourceUid: undefined } });
    const link = await screen.findByRole('link', { name: 'Add the Causeway data source' });
    expect(link.getAttribute('href')).toContain('causeway-aiops-datasource');
  });
});
