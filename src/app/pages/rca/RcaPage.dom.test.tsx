import React from 'react';
import { cleanup, configure, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunEventBody } from '#contracts';
import { TEST_IDS } from '#ui';
import { fullReport } from '../../../ui/testing/full-report.ts';
import { report } from '../../../ui/testing/records.ts';
import {
  began,
  ended,
  evidenceEvent,
  finishedRun,
  readQuery,
  runEvents,
  runLines,
  runRecord,
  usualBodies,
} from '../../../ui/testing/runs.ts';
import { withMeasuredText } from '../../testing/measured-text.ts';
import { type Answers, RANGE, renderPage } from '../../testing/render-page.tsx';
import { RcaPage } from './RcaPage.tsx';

const { rca, state, badge } = TEST_IDS;
// A whole page on a busy machine.
configure({ asyncUtilTimeout: 10_000 });
afterEach(cleanup);

const SERVICE = '/a/causeway-aiops-app/rca?service=checkout&from=now-1h&to=now';
const INCIDENT = '/a/causeway-aiops-app/rca?incident=01INCIDENT';
const STORED = '/a/causeway-aiops-app/rca?run=01RUN';
const show = (address: string, options: Parameters<typeof renderPage>[1] = {}) =>
  renderPage(<RcaPage range={RANGE} />, { ...options, address });

/** A stream that tells these events, and ends as the run does; without an end it was cut. */
const told = (bodies: readonly RunEventBody[], end?: Parameters<typeof runLines>[1]): Answers => ({
  'runs/01RUN/stream': { chunks: runLines(runEvents(...bodies), end) },
});
const titles = (page: HTMLElement) => [...page.querySelectorAll('h2')].map(({ textContent }) => textContent);

describe('RcaPage with a service', () => {
  it('starts the run of the question over the time range, and shows cause, reasons and gaps', async () => {
    const { requests } = show(SERVICE);
    expect((await screen.findByTestId(rca.topCause)).textContent).toBe(
      'orders-db: Slow database query (confidence 91 %)'
    );
    const asked = requests.find(({ url, method }) => url.endsWith('/runs') && method === 'POST');
    expect(asked?.data).toEqual({
      request: {
        service: 'checkout',
        window: { fromMs: RANGE.from.valueOf(), toMs: RANGE.to.valueOf() },
        depth: 'engine',
      },
      origin: 'link',
      again: false,
    });
    const page = screen.getByTestId(rca.report);
    expect(page.dataset.verdict).toBe('LIKELY');
    for (const text of [
      'No trace was sampled in the window.',
      'Its own processing time did not change',
      'No trace of the slow requests was sampled.',
      'drop index orders_customer_id',
    ]) {
      expect(page.textContent).toContain(text);
    }
    expect(screen.getByTestId(rca.head).textContent).toContain('Finished');
  });

  it('shows the parts in the order in which they are asked, with the time of every step', async () => {
    show(SERVICE, { answers: told(usualBodies(fullReport()), finishedRun()) });
    expect(titles(await screen.findByTestId(rca.report))).toEqual([
      'What is hit',
      'Proposed actions',
      'Possible causes',
      'Who moved first',
      'How it spread',
      'Causal effects',
      'Ruled out',
      'Changes near the start',
      'Evidence',
      'Panels',
    ]);
    expect(screen.getAllByTestId(rca.seriesRow)).toHaveLength(4);
    expect(screen.getAllByTestId(rca.effect)).toHaveLength(3);
    expect(screen.getAllByTestId(rca.path)[0]?.textContent).toContain('checkout 88 % explained, assumed, not measured');
    expect(screen.getByTestId(rca.unknown).textContent).toContain('No traces name it.');
    const course = await screen.findByTestId(rca.took);
    const [signals] = within(course).getAllByTestId(rca.stage);
    expect([signals?.dataset.state, signals?.textContent]).toEqual(['done', ' Read signals 0.4 s (1 reads, 3 rows)']);
    expect(course.textContent).toContain('12 queries, 900 rows, 20 KiB read');
  });

  it('shows a stored report of an older version without what it lacks', async () => {
    show(STORED);
    await screen.findByTestId(rca.report);
    for (const missing of [rca.series, rca.effects, rca.logPatterns, rca.tracePaths, rca.workloads, rca.impact]) {
      expect(screen.queryByTestId(missing)).toBeNull();
    }
  });

  it('shows what is read and found while it runs, and lets go of the run when it is left', async () => {
    const partial: readonly RunEventBody[] = [
      began('signals'),
      ended('signals', 400),
      began('evidence'),
      readQuery('rate(x[1m])'),
      evidenceEvent(),
      {
        type: 'ranking',
        decision: 'root-cause',
        rankedWith: null,
        scores: [
          {
            service: 'redis',
            rank: 1,
            score: 1,
            confidence: 0.4,
            cause: 'overload',
            linearRank: null,
            trainedRank: null,
            contributions: [],
          },
        ],
      },
    ];
    const { requests, unmount } = show(SERVICE, { answers: { ...told(partial), 'runs/01RUN/events': 'silence' } });
    expect((await screen.findByTestId(rca.query)).textContent).toContain('rate(x[1m])');
    const progress = screen.getByTestId(rca.progress);
    expect(within(progress).getByRole('status').textContent).toBe('Collect evidence …');
    expect(screen.getByTestId(rca.partial).textContent).toMatch(/redis: .*p99 latency of payment rose/s);
    expect(screen.queryByTestId(rca.report)).toBeNull();
    unmount();
    expect(requests.some(({ url }) => url.endsWith('/cancel'))).toBe(false);
  });

  it('says how many go first', async () => {
    const chunks = [`${JSON.stringify({ kind: 'waiting', ahead: 2 })}\n`];
    show(SERVICE, { answers: { 'runs/01RUN/stream': { chunks }, 'runs/01RUN/events': 'silence' } });
    expect(await screen.findByText('2 investigations go first …')).toBeTruthy();
  });

  it('goes on after a stream was cut, by asking for the events', async () => {
    const events = runEvents(...usualBodies());
    const rest = { run: finishedRun(), events: events.slice(3), more: false };
    show(SERVICE, {
      answers: {
        'runs/01RUN/stream': { chunks: runLines(events.slice(0, 3)) },
        'runs/01RUN/events': { value: rest },
      },
    });
    expect(await screen.findByTestId(rca.report, {}, { timeout: 8000 })).toBeTruthy();
    expect(screen.getAllByTestId(rca.stage).filter(({ dataset }) => dataset['stage'] === 'signals')).toHaveLength(1);
  });

  it('can be cancelled before it has begun and while it runs, and started again', async () => {
    const { state: http } = show(SERVICE, { answers: { 'POST runs': 'silence' } });
    expect((await screen.findByTestId(rca.progress)).textContent).toContain('Read signals');
    const before = http.open;
    fireEvent.click(screen.getByTestId(rca.cancel));
    expect((await screen.findByTestId(state.empty)).textContent).toContain('cancelled');
    await waitFor(() => expect(http.open).toBeLessThan(before));
    fireEvent.click(screen.getByTestId(rca.analyse));
    expect(await screen.findByTestId(rca.progress)).toBeTruthy();
    cleanup();

    const cancelled = runRecord({ status: 'cancelled', reason: 'Cancelled by admin.' });
    const { requests } = show(SERVICE, {
      answers: { 'runs/01RUN/stream': 'silence', 'runs/01RUN/cancel': { value: cancelled } },
    });
    await waitFor(() => expect(requests.some(({ url }) => url.endsWith('/stream'))).toBe(true));
    fireEvent.click(await screen.findByTestId(rca.cancel));
    await waitFor(() =>
      expect(requests.some(({ url, method }) => url.endsWith('/runs/01RUN/cancel') && method === 'POST')).toBe(true)
    );
  });

  it('says by whom a run was cancelled, and where it stood', async () => {
    const end = runRecord({ status: 'cancelled', reason: 'Cancelled by ada.' });
    show(STORED, { answers: told([began('signals'), readQuery('up')], end) });
    expect((await screen.findByTestId(state.empty)).textContent).toContain('Cancelled by ada.');
    expect(screen.getByTestId(rca.stage).textContent).toContain('cancelled here');
  });

  it('does not dress up a run that failed', async () => {
    const failure = {
      type: 'error',
      code: 'CAUSEWAY_X',
      message: 'No signals of checkout.',
      remedy: 'Choose a longer time range.',
    } as const;
    show(SERVICE, { answers: told([began('signals'), failure], runRecord({ status: 'failed', reason: 'x' })) });
    expect((await screen.findByTestId(state.error)).textContent).toContain('Choose a longer time range.');
    expect(screen.getByTestId(rca.stage).textContent).toContain('failed here');
    expect(screen.queryByTestId(badge.verdict)).toBeNull();
  });

  it.each([
    ['insufficient-data', 'Not enough data to name a cause.'],
    ['no-significant-root-cause', 'No significant root cause: nothing stands out from the usual.'],
  ] as const)('does not dress up %s', async (decision, words) => {
    const nothing = report({ decision, verdict: 'INCONCLUSIVE', hypotheses: [], victims: [], proposals: [] });
    show(SERVICE, { answers: told(usualBodies(nothing), finishedRun({ decision, cause: null })) });
    expect((await screen.findByTestId(rca.topCause)).textContent).toBe(words);
    expect(screen.getByTestId(badge.verdict).dataset.state).toBe('INCONCLUSIVE');
    expect(screen.queryByTestId(rca.proposal)).toBeNull();
    expect(screen.queryByTestId(rca.declare)).toBeNull();
  });

  it('files what was found as an incident', async () => {
    const { requests } = show(SERVICE, { answers: { 'POST incidents': { value: { id: '01INCIDENT' } } } });
    fireEvent.click(await screen.findByTestId(rca.declare));
    await waitFor(() =>
      expect(requests.find(({ url }) => url.endsWith('/resources/incidents'))?.data).toEqual({ runId: '01RUN' })
    );
  });
});

describe('RcaPage with an incident', () => {
  it('shows its newest run, and not one that failed', async () => {
    const items = [runRecord({ id: '02RUN', status: 'failed' }), finishedRun({ incidentId: '01INCIDENT' })];
    const { requests } = show(INCIDENT, {
      answers: {
        'GET runs': { value: { items, nextCursor: null, problem: null } },
        ...told(usualBodies(report({ summary: 'From the run [1].' })), finishedRun()),
      },
    });
    expect((await screen.findByTestId(rca.report)).textContent).toContain('From the run');
    expect(requests.find(({ url }) => url.endsWith('/runs'))?.params).toMatchObject({ incidentId: '01INCIDENT' });
    expect(screen.getByTestId(rca.timeline).textContent).toContain('Incident detected');
    expect(screen.getByTestId(rca.runs).textContent).toContain('Failed');
  });

  it('shows the report of the ledger while there is no run, with plans to decide, and starts none by itself', async () => {
    const { requests } = show(INCIDENT);
    expect((await screen.findByTestId(rca.timeline)).textContent).toContain('Incident detected');
    expect(screen.getByTestId(rca.report).dataset.decision).toBe('root-cause');
    expect(screen.getAllByTestId(rca.proposal)).toHaveLength(1);
    expect(requests.some(({ url, method }) => url.endsWith('/runs') && method === 'POST')).toBe(false);
  });

  it('keeps that report beside a run that is under way', async () => {
    const answers: Answers = {
      'GET runs': { value: { items: [runRecord()], nextCursor: null, problem: null } },
      ...told([began('signals')]),
      'runs/01RUN/events': 'silence',
    };
    show(INCIDENT, { answers });
    expect(await screen.findByTestId(rca.progress)).toBeTruthy();
    expect(screen.getByTestId(rca.report)).toBeTruthy();
    expect(screen.queryByTestId(rca.feedback), 'nothing is said of a report that is no run').toBeNull();
  });

  it('is taken by a person', async () => {
    const { requests } = show(INCIDENT);
    expect((await screen.findByTestId(rca.assignee)).textContent).toContain('nobody');
    fireEvent.click(screen.getByTestId(rca.assign));
    await waitFor(() => expect(requests.find(({ method }) => method === 'PUT')?.data).toEqual({ assignee: 'admin' }));
  });
});

describe('RcaPage without a service', () => {
  withMeasuredText();

  it('asks which service where the address names none', async () => {
    show('/a/causeway-aiops-app/rca');
    expect((await screen.findByTestId(rca.form)).textContent).toContain('Which service is in trouble?');
  });
});
