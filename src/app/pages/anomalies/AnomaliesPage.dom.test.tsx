import React from 'react';
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { parseRcaUrl } from '#model';
import { TEST_IDS } from '#ui';
import { anomaliesAnswer, backtestAnswer, detectorsAnswer } from '../../../ui/testing/anomalies.ts';
import { NOW_MS } from '../../../ui/testing/records.ts';
import type { FakeAnswer } from '../../testing/fake-http.ts';
import { withMeasuredText } from '../../testing/measured-text.ts';
import { EXECUTOR_DOWN, RANGE, renderPage } from '../../testing/render-page.tsx';
import { AnomaliesPage } from './AnomaliesPage.tsx';

afterEach(cleanup);
withMeasuredText();

const { anomalies, heatMap, state } = TEST_IDS;
const cellsOf = (level: string) => screen.getAllByTestId(heatMap.cell).filter((cell) => cell.dataset.level === level);

describe('the heat map', () => {
  it('is a grid with one tab stop; unknown is not normal, and trouble stands first', async () => {
    renderPage(<AnomaliesPage range={RANGE} />);
    const grid = await screen.findByRole('grid');
    const rows = within(grid)
      .getAllByRole('rowheader')
      .map(({ textContent }) => textContent);
    expect(rows).toEqual(['payment', 'cart', 'catalog']);
    expect(grid.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
    expect(cellsOf('unknown')).toHaveLength(4);
    expect(cellsOf('unknown')[0]?.getAttribute('aria-label')).toContain('Unknown: nothing could be judged');
    expect(cellsOf('critical').map(({ dataset }) => dataset.sign)).toEqual(['9', '9']);
  });

  it('is walked with the arrow keys, read out, and opened with Enter', async () => {
    renderPage(<AnomaliesPage range={RANGE} />);
    const grid = await screen.findByRole('grid');
    const start = grid.querySelector<HTMLElement>('[tabindex="0"]');
    start?.focus();
    fireEvent.keyDown(start as HTMLElement, { key: 'ArrowLeft' });
    expect(document.activeElement?.getAttribute('data-at')).toBe('0/10');
    expect(screen.getByTestId(heatMap.readout).textContent).toMatch(/^payment: Critical 0.95/);
    fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'Enter' });
    const details = screen.getByTestId(anomalies.details);
    expect(document.activeElement).toBe(within(details).getByRole('heading', { name: 'payment' }));
    fireEvent.click(screen.getByTestId(anomalies.close));
    expect(document.activeElement?.getAttribute('data-at')).toBe('0/10');
  });
});

describe('details', () => {
  it('show what made the score, the reason in words and the way to the cause around the stretch', async () => {
    renderPage(<AnomaliesPage range={RANGE} />);
    await screen.findByRole('grid');
    fireEvent.click(cellsOf('critical')[0] as HTMLElement);
    const details = screen.getByTestId(anomalies.details);
    expect(details.textContent).toContain('Model verdict: Critical');
    expect(details.textContent).toContain('3.3 s, expected 40 ms to 60 ms');
    expect(details.textContent).toContain('Latency p99');
    expect(details.textContent).toContain('70 %');
    expect(details.textContent).toContain('Value 3.3 is above everything seen in 14 days.');
    const href = within(details).getByRole('link', { name: 'Find the root cause' }).getAttribute('href');
    const stretchFrom = NOW_MS - 4 * 300_000;
    expect(parseRcaUrl(href ?? '')).toEqual({
      service: 'payment',
      from: String(stretchFrom - 1_800_000),
      to: String(NOW_MS),
    });
  });

  it('of a stretch that is over show the state at its peak', async () => {
    const { requests } = renderPage(<AnomaliesPage range={RANGE} />);
    const grid = await screen.findByRole('grid');
    fireEvent.click(grid.querySelector('[data-at="2/3"]') as HTMLElement);
    const details = screen.getByTestId(anomalies.details);
    expect(within(details).getByTestId(state.loading)).toBeTruthy();
    await waitFor(() => expect(details.textContent).toContain('At its peak'));
    const asked = requests.filter(({ url }) => url.endsWith('/anomalies')).slice(1);
    const cellFrom = NOW_MS - 9 * 300_000;
    expect(asked[0]?.params).toMatchObject({ from: cellFrom, to: cellFrom + 300_000 });
    // The end of the highest of its cells; of the first one where they are equal.
    expect(asked.at(-1)?.params).toMatchObject({ to: NOW_MS - 11 * 300_000 - 1, cells: 1 });
  });

  it('say what people said about the stretch, in the table as well', async () => {
    renderPage(<AnomaliesPage range={RANGE} />, { address: '/?service=payment' });
    const details = await screen.findByTestId(anomalies.details);
    expect((await within(details).findByTestId(anomalies.labelNote)).textContent).toContain('False alarm by Bob');
    const services = screen.getByTestId(anomalies.services);
    expect(within(services).getByTestId(anomalies.labelNote).closest('tr')?.dataset.service).toBe('payment');
  });

  it('name the quality of each series of a service whose verdict is blocked', async () => {
    renderPage(<AnomaliesPage range={RANGE} />, { address: '/?service=cart' });
    const details = await screen.findByTestId(anomalies.details);
    expect(details.textContent).toContain('gap in Latency, stale in CPU');
    expect(screen.getByTestId(anomalies.quality).dataset.blocked).toBe('1');
    expect(screen.getByTestId(anomalies.quality).textContent).toContain('verdicts blocked for cart');
    expect(screen.getByTestId(anomalies.checks).textContent).toContain('12 of 180');
  });
});

describe('labels', () => {
  it('are sent with the stretch that was pointed at', async () => {
    const { requests } = renderPage(<AnomaliesPage range={RANGE} />);
    await screen.findByRole('grid');
    fireEvent.click(cellsOf('critical')[0] as HTMLElement);
    fireEvent.change(screen.getByLabelText('Comment'), { target: { value: ' seen ' } });
    fireEvent.click(screen.getByTestId(anomalies.labelSave));
    await screen.findByTestId(anomalies.labelSaved);
    expect(requests.find(({ method, url }) => method === 'POST' && url.endsWith('/v1/labels'))?.data).toEqual({
      service: 'payment',
      label: 'acknowledged',
      fromMs: NOW_MS - 1_200_000,
      toMs: NOW_MS,
      comment: 'seen',
    });
  });

  it('say why a viewer cannot label, and offer no withdrawal', async () => {
    renderPage(<AnomaliesPage range={RANGE} />, { address: '/?service=payment', clients: { canLabel: false } });
    expect((await screen.findByTestId(anomalies.labelDenied)).textContent).toContain('Only editors');
    expect(screen.queryByTestId(anomalies.labelForm)).toBeNull();
    cleanup();
    renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=labels', clients: { canLabel: false } });
    expect((await screen.findByTestId(anomalies.label)).textContent).toContain('editors only');
    expect(screen.queryByTestId(anomalies.withdraw)).toBeNull();
  });

  it('are listed with author and withdrawn after a second question', async () => {
    const { requests } = renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=labels' });
    const row = await screen.findByTestId(anomalies.label);
    expect(row.textContent).toContain('False alarm');
    expect(row.textContent).toContain('Bob');
    fireEvent.click(screen.getByTestId(anomalies.withdraw));
    expect(requests.some(({ url }) => url.endsWith('/withdraw'))).toBe(false);
    fireEvent.click(screen.getByTestId(anomalies.withdrawConfirm));
    await waitFor(() => expect(requests.some(({ url }) => url.endsWith('/v1/labels/01LABEL/withdraw'))).toBe(true));
  });

  it('say what to do when the executor is down, while the services are still shown', async () => {
    renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=labels', answers: EXECUTOR_DOWN });
    expect((await screen.findByTestId(state.error)).textContent).toContain('Check that the executor runs');
    cleanup();
    renderPage(<AnomaliesPage range={RANGE} />, { answers: EXECUTOR_DOWN });
    expect(await screen.findByRole('grid')).toBeTruthy();
  });
});

describe('the rest of the services tab', () => {
  it('names the open incident behind the red services, and leads to it', async () => {
    renderPage(<AnomaliesPage range={RANGE} />);
    const incidents = await screen.findByTestId(anomalies.incidents);
    expect(incidents.textContent).toContain('Open incident: checkout is slow');
    expect(incidents.textContent).toContain('Probable cause: orders-db: Slow database query');
    expect(within(incidents).getByRole('link').getAttribute('href')).toContain('incident=01INCIDENT');
  });

  it('says that incidents and labels are not known without the executor', async () => {
    renderPage(<AnomaliesPage range={RANGE} />, { answers: EXECUTOR_DOWN });
    expect(
      await screen.findByText(/^Open incidents and labels are not known: The executor does not answer/)
    ).toBeTruthy();
    expect(screen.queryByTestId(anomalies.incidents)).toBeNull();
  });

  it('shows log anomalies with their hostile pattern as text', async () => {
    renderPage(<AnomaliesPage range={RANGE} />);
    const log = await screen.findByTestId(anomalies.log);
    expect(log.textContent).toContain('pool <b>exhausted</b> after <*> ms');
    expect(log.querySelector('b')).toBeNull();
  });

  it('tells loading, empty and broken apart', async () => {
    renderPage(<AnomaliesPage range={RANGE} />, { answers: { anomalies: 'silence', watch: 'silence' } });
    expect(screen.getByTestId(state.loading)).toBeTruthy();
    cleanup();
    const nothing = { rows: [], services: [], quality: [], checks: [], logs: [] };
    renderPage(<AnomaliesPage range={RANGE} />, { answers: { anomalies: { value: anomaliesAnswer(nothing) } } });
    expect((await screen.findByTestId(state.empty)).textContent).toContain('No services were seen');
    cleanup();
    const body = { code: 'X', message: 'Prometheus does not answer.', remedy: 'Start it.' };
    renderPage(<AnomaliesPage range={RANGE} />, { answers: { anomalies: { status: 502, body } } });
    expect((await screen.findByTestId(state.error)).textContent).toContain('What to do: Start it.');
  });

  it('says who watches and how often', async () => {
    renderPage(<AnomaliesPage range={RANGE} />);
    expect((await screen.findByTestId(anomalies.watch)).textContent).toContain(
      'This backend watches. Reads every 15 s, judges every 30 s.'
    );
  });
});

describe('detectors and data', () => {
  it('gives thresholds in plain words, missing features first with what they cost', async () => {
    renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=detectors' });
    const rows = within(await screen.findByTestId(anomalies.signals)).getAllByRole('row');
    expect(rows[1]?.textContent).toContain('above 23.8 ms');
    expect(rows[2]?.textContent).toContain('never alonedescribes load; usual: from 13.1 req/s to 35.8 req/s');
    expect(screen.getByTestId(anomalies.modelFeatures).textContent).toContain('no threshold yet');
    expect(screen.getByTestId(anomalies.model).textContent).toContain('A newer model runs beside it');
    const [first] = within(screen.getByTestId(anomalies.features)).getAllByRole('rowheader');
    expect(first?.textContent).toBe('Memory');
    expect(screen.getByTestId(anomalies.features).textContent).toContain('Memory leaks are not seen.');
  });
});

describe('a Prometheus that cannot be read', () => {
  const problems = [{ source: 'prometheus', code: 'X', message: 'Prometheus cannot be reached.', remedy: 'Start it.' }];

  it('leaves every service unknown, which is not normal', async () => {
    const nothing = { rows: [], services: [], quality: [], checks: [], logs: [], problems } as never;
    renderPage(<AnomaliesPage range={RANGE} />, { answers: { anomalies: { value: anomaliesAnswer(nothing) } } });
    expect((await screen.findByTestId(state.error)).textContent).toContain('What to do: Start it.');
    expect(screen.getByText(/all are unknown, which is not normal/)).toBeTruthy();
    expect(screen.queryByTestId(state.empty)).toBeNull();
  });

  it('says nothing about which data exist', async () => {
    const answers = { features: { value: { atMs: NOW_MS, features: [], problems } } };
    renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=detectors', answers });
    expect((await screen.findByTestId(state.error)).textContent).toContain('Prometheus cannot be reached.');
    expect(screen.queryByTestId(state.empty)).toBeNull();
  });
});

describe('retraining', () => {
  const ask = async (reason: string) => {
    fireEvent.click(await screen.findByTestId(anomalies.retrain));
    fireEvent.change(screen.getByLabelText(/^Reason/), { target: { value: reason } });
    fireEvent.click(screen.getByTestId(anomalies.retrainConfirm));
  };
  const retrained = (fitReason: string) => {
    const answer = detectorsAnswer();
    return { detectors: { value: { ...answer, model: { ...answer.model, fitReason } } } };
  };

  it('is asked for with a reason, after what it does was said', async () => {
    const { requests } = renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=detectors' });
    await ask('  ');
    expect(await screen.findByText('Say why, in at most 200 characters')).toBeTruthy();
    expect(screen.getByTestId(anomalies.retrainForm).textContent).toContain('It silences nothing');
    fireEvent.change(screen.getByLabelText(/^Reason/), { target: { value: ' new version ' } });
    fireEvent.click(screen.getByTestId(anomalies.retrainConfirm));
    const state = await screen.findByTestId(anomalies.retrainState);
    expect(state.dataset.done).toBe('false');
    expect(state.textContent).toContain('new version');
    const sent = requests.filter(({ method, url }) => method === 'POST' && url.endsWith('/detectors/rebaseline'));
    expect(sent.map(({ data }) => data as unknown)).toEqual([{ reason: 'new version', service: 'payment' }]);
    expect(document.activeElement).toBe(screen.getByTestId(anomalies.retrain));
  });

  it('is done when the model in force gives the reason', async () => {
    const answers: Record<string, FakeAnswer> = {};
    renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=detectors', answers });
    await screen.findByTestId(anomalies.retrain);
    Object.assign(answers, retrained('rebaseline: new version'));
    await ask('new version');
    await waitFor(() => expect(screen.getByTestId(anomalies.retrainState).dataset.done).toBe('true'));
    expect(screen.getByTestId(anomalies.model).textContent).toContain('asked for: “new version”');
  });

  it('is left with Escape, and the focus goes back', async () => {
    renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=detectors' });
    fireEvent.click(await screen.findByTestId(anomalies.retrain));
    expect(document.activeElement).toBe(screen.getByLabelText(/^Reason/));
    fireEvent.keyDown(screen.getByLabelText(/^Reason/), { key: 'Escape' });
    expect(screen.queryByTestId(anomalies.retrainForm)).toBeNull();
    expect(document.activeElement).toBe(screen.getByTestId(anomalies.retrain));
  });

  it('says why it failed and keeps the reason', async () => {
    const body = { code: 'X', message: 'The backend stops.', remedy: 'Wait.' };
    renderPage(<AnomaliesPage range={RANGE} />, {
      address: '/?tab=detectors',
      answers: { 'detectors/rebaseline': { status: 503, body } },
    });
    await ask('new version');
    expect((await screen.findByTestId(state.error)).textContent).toContain('What to do: Wait.');
    expect(screen.getByLabelText<HTMLInputElement>(/^Reason/).value).toBe('new version');
    expect(screen.queryByTestId(anomalies.retrainState)).toBeNull();
  });

  it('is not for viewers, who are told why', async () => {
    renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=detectors', clients: { canRetrain: false } });
    expect((await screen.findByTestId<HTMLButtonElement>(anomalies.retrain)).disabled).toBe(true);
    expect(screen.getByTestId(anomalies.retrainDenied).textContent).toContain('Only editors and administrators');
  });
});

describe('backtest', () => {
  it('replays the range of the page and shows hits, misses and false alarms', async () => {
    const { requests } = renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=backtest' });
    fireEvent.click(await screen.findByTestId(anomalies.backtestRun));
    const result = await screen.findByTestId(anomalies.backtestResult);
    expect(requests.find(({ url }) => url.endsWith('/backtests'))?.data).toEqual({
      fromMs: NOW_MS - 3_600_000,
      toMs: NOW_MS,
      detector: 'ensemble',
      threshold: 0.8,
    });
    expect(result.textContent).toContain('Incidents found1 of 2');
    expect(screen.getAllByTestId(anomalies.backtestAlert).map((row) => row.dataset.hit)).toEqual(['true', 'false']);
  });

  it('asks for a threshold that is a score', async () => {
    const { requests } = renderPage(<AnomaliesPage range={RANGE} />, { address: '/?tab=backtest' });
    fireEvent.change(await screen.findByLabelText('Alert from score'), { target: { value: '7' } });
    fireEvent.click(screen.getByTestId(anomalies.backtestRun));
    expect(await screen.findByText('Enter a score from 0 to 1')).toBeTruthy();
    expect(requests.some(({ url }) => url.endsWith('/backtests'))).toBe(false);
  });

  it('claims neither hits nor misses where nothing is known', async () => {
    const answer = backtestAnswer({ incidents: [], alerts: [], hits: 0, misses: 0, falseAlarms: 0 });
    renderPage(<AnomaliesPage range={RANGE} />, {
      address: '/?tab=backtest',
      answers: { backtests: { value: answer } },
    });
    fireEvent.click(await screen.findByTestId(anomalies.backtestRun));
    expect((await screen.findByTestId(anomalies.backtestResult)).textContent).toContain('nothing known');
  });
});
