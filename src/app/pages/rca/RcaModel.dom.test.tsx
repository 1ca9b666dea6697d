import React from 'react';
import { cleanup, configure, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { AskAnswer, BudgetAnswer, InvestigatorLine, RunEventBody } from '#contracts';
import { TEST_IDS } from '#ui';
import {
  began,
  ended,
  evidenceEvent,
  finishedRun,
  runDetail,
  runEvents,
  runLines,
  usualBodies,
  writtenEvent,
} from '../../../ui/testing/runs.ts';
import { report } from '../../../ui/testing/records.ts';
import { type Answers, RANGE, renderPage } from '../../testing/render-page.tsx';
import { RcaPage } from './RcaPage.tsx';

const { rca } = TEST_IDS;
// A whole page on a busy machine.
configure({ asyncUtilTimeout: 10_000 });
afterEach(cleanup);

const BUDGET: BudgetAnswer = {
  kind: 'on',
  provider: 'messages-api',
  model: 'local-model',
  run: { turns: 8, toolCalls: 16, tokens: 60_000, seconds: 90 },
  perMonth: { limit: { tokens: 2_000_000 }, used: { tokens: 1500, cost: null } },
  perIncident: null,
  keptIn: 'ledger',
  problem: null,
};
const ON: Answers = { 'investigations/budget': { value: BUDGET } };

function show(bodies: readonly RunEventBody[], options: Parameters<typeof renderPage>[1] = {}) {
  const answers = {
    'runs/01RUN/stream': { chunks: runLines(runEvents(...bodies), finishedRun()) },
    ...options.answers,
  };
  return renderPage(<RcaPage range={RANGE} />, { ...options, answers, address: '/a/causeway-aiops-app/rca?run=01RUN' });
}

const FACT = {
  number: 40,
  tool: 'query_metrics',
  source: 'prometheus',
  service: 'payment',
  statement: 'The error ratio of payment did not rise.',
  query: { language: 'promql', query: 'rate(errors[1m])', fromMs: 1, toMs: 2 },
} as const;
const ANSWER: AskAnswer = {
  kind: 'answered',
  answer: [{ text: 'No, the errors did not rise.', cites: [40] }],
  queries: [FACT.query],
  cut: [{ part: 'answer', reason: 'no evidence', detail: '' }],
  run: {
    provider: 'messages-api',
    model: 'local-model',
    end: 'answered',
    spend: { tokens: 900, cost: null, turns: 2, toolCalls: 1, seconds: 3 },
    sent: { destination: 'http://127.0.0.1:9', body: { question: 'x' } },
    hidden: { IP: 2 },
    withheld: [],
    calls: [],
    facts: [FACT],
    notes: [],
  },
};

describe('without a language model', () => {
  it('says that nothing leaves, and why no question can be asked', async () => {
    show(usualBodies());
    await screen.findByTestId(rca.report);
    const [badge] = await screen.findAllByTestId(rca.egress);
    expect(badge?.textContent).toContain('egress: none');
    expect(screen.queryByTestId(rca.ask)).toBeNull();
    expect(await screen.findByText(/Questions need a language model/)).toBeTruthy();
    expect(screen.queryByTestId(rca.modelState)).toBeNull();
  });
});

describe('with a language model', () => {
  it('marks what it wrote, with its confidence beside the computed one, what contradicts, and what was cut', async () => {
    const written = writtenEvent({
      contradictions: [{ about: 'cause', engine: 'orders-db', model: 'redis' }],
      cut: [{ part: 'impact', reason: 'no evidence', detail: 'x' }],
    });
    const sent: RunEventBody = {
      type: 'sent',
      provider: 'messages-api',
      model: 'local-model',
      destination: 'http://127.0.0.1:9',
      body: '{"model":"local-model"}',
      hidden: { IP: 2, HOST: 0 },
      withheld: ['evidence 3'],
    };
    show([...usualBodies(), began('model'), sent, written, ended('model', 50)], { answers: ON });
    const text = (await screen.findByTestId(rca.written)).textContent ?? '';
    for (const part of [
      'Worded by a language model',
      'orders-db scans orders since the index is gone.',
      'Runbook create-index',
      'Check that would decide it: Sample traces of payment.',
      'The model says it is 80 % sure; the analysis computed 91 %.',
      '1 sentence of the model was cut',
    ]) {
      expect(text).toContain(part);
    }
    expect(screen.getByTestId(rca.contradictions).textContent).toContain(
      'the analysis says orders-db, the model says redis'
    );
    expect(screen.getByTestId(rca.modelState).textContent).toMatch(/Hidden before it was sent: 2 × IP\..*evidence 3/s);
    fireEvent.click(within(screen.getByTestId(rca.written)).getAllByRole('button', { name: 'Evidence 2' })[0]!);
    expect(document.activeElement?.id).toBe('causeway-evidence-2');
  });

  it('that failed leaves a complete report, and says what to do', async () => {
    const failure = { type: 'error', code: 'C', message: 'It is away.', remedy: 'Wait a minute.' } as const;
    show([...usualBodies(), began('model'), failure, ended('model', 50)], { answers: ON });
    const state = await screen.findByTestId(rca.modelState);
    expect(state.dataset['state']).toBe('failed');
    expect(state.textContent).toMatch(/The report is complete without it\. ?It is away\..*Wait a minute\./);
    expect(screen.getByTestId(rca.report).dataset['verdict']).toBe('LIKELY');
  });

  it('shows facts that it found besides with the evidence', async () => {
    show([...usualBodies(), evidenceEvent({ id: 'e40', statement: 'Found by a tool.' })], { answers: ON });
    expect((await screen.findByTestId(rca.evidence)).textContent).toContain('[40] Found by a tool.');
  });

  it('answers a question with its facts and queries, after showing what would be sent', async () => {
    const { requests } = show(usualBodies(), {
      answers: {
        ...ON,
        'investigations/ask': { value: ANSWER },
        'investigations/explain-preview': {
          value: { kind: 'preview', destination: 'http://127.0.0.1:9', body: { text: 'IP_1 and IP_2' } },
        },
      },
      clients: { exploreUrl: () => undefined, sources: { metricsDs: 'prom' } },
    });
    const box = await screen.findByTestId(rca.ask);
    expect(screen.getByTestId(rca.budget).textContent).toContain('1,500 of 2,000,000 tokens');
    fireEvent.change(within(box).getByRole('textbox'), { target: { value: ' Did errors rise? ' } });
    const preview = within(box).getByTestId<HTMLDetailsElement>(rca.preview);
    preview.open = true;
    fireEvent(preview, new Event('toggle'));
    expect((await within(box).findByTestId(rca.previewBody)).textContent).toContain('IP_1 and IP_2');
    expect(preview.textContent).toContain('2 × IP');
    expect(requests.some(({ url }) => url.endsWith('/ask'))).toBe(false);

    fireEvent.click(screen.getByTestId(rca.askSend));
    const answer = await screen.findByTestId(rca.answer);
    expect(answer.textContent).toMatch(/No, the errors did not rise\..*1 sentence was cut.*rate\(errors\[1m\]\)/s);
    expect(
      within(answer)
        .getAllByRole('link', { name: /Run in Explore/ })[0]
        ?.getAttribute('href')
    ).toContain('/explore?');
    fireEvent.click(within(answer).getByRole('button', { name: 'Evidence 40' }));
    expect(document.activeElement?.textContent).toContain('The error ratio of payment did not rise.');
    expect(requests.find(({ url }) => url.endsWith('/ask'))?.data).toMatchObject({
      question: 'Did errors rise?',
      subject: { kind: 'window', service: 'checkout' },
    });
  });

  it('says that a budget is used up, and sends nothing', async () => {
    const refused: AskAnswer = { kind: 'refused', by: 'month', unit: 'tokens', limit: 100, left: 3, run: null };
    show(usualBodies(), { answers: { ...ON, 'investigations/ask': { value: refused } } });
    const box = await screen.findByTestId(rca.ask);
    fireEvent.change(within(box).getByRole('textbox'), { target: { value: 'x' } });
    fireEvent.click(screen.getByTestId(rca.askSend));
    expect((await within(box).findByTestId(TEST_IDS.state.error)).textContent).toContain('3 of 100 tokens are left');
  });

  it('looks further with what a person suspects, and tells what it does', async () => {
    const lines: readonly InvestigatorLine[] = [
      { kind: 'turn', turn: 1, mayUseTools: true, elapsedMs: 1 },
      {
        kind: 'outcome',
        elapsedMs: 9,
        outcome: {
          ...writtenEvent(),
          kind: 'written',
          narrative: '',
          remediation: [],
          causes: [],
          verdict: { computed: 'LIKELY', shown: 'LIKELY', reason: '' },
          run: ANSWER.run,
        },
      },
    ];
    const chunks = lines.map((line) => `${JSON.stringify(line)}\n`);
    const { requests } = show(usualBodies(), { answers: { ...ON, 'investigations/investigate': { chunks } } });
    const box = await screen.findByTestId(rca.investigate);
    fireEvent.change(within(box).getByRole('textbox'), { target: { value: 'the pool' } });
    fireEvent.click(screen.getByTestId(rca.investigateSend));
    expect((await within(box).findByTestId(rca.written)).textContent).toContain('the index is gone');
    expect(requests.find(({ url }) => url.endsWith('/investigate'))?.data).toMatchObject({ hint: 'the pool' });
    expect(box.textContent).toContain('900 tokens in 3 s');
  });

  it('is not for those who may not ask', async () => {
    show(usualBodies(), { answers: ON, clients: { canRetrain: false } });
    expect(await screen.findByText(/editors and administrators may ask/)).toBeTruthy();
    expect(screen.queryByTestId(rca.ask)).toBeNull();
  });
});

describe('feedback', () => {
  const SAID = {
    id: 'f1',
    author: 'ada',
    createdMs: 1,
    about: { kind: 'cause' },
    judgement: 'partly',
    trueCause: '',
    comment: 'Half of it.',
  } as const;

  it('shows what was said, and keeps what a person says with the run', async () => {
    const { requests } = show(usualBodies(), {
      answers: {
        'runs/01RUN': { value: runDetail({ feedback: [SAID] }) },
        'v1/runs/01RUN/feedback': {
          value: { ...SAID, id: 'f2', author: 'admin', judgement: 'wrong', trueCause: 'redis', comment: '' },
        },
      },
    });
    await screen.findByTestId(rca.report);
    const [cause] = screen.getAllByTestId(rca.feedback);
    expect((await within(cause!).findByTestId(rca.said)).textContent).toContain('ada: partly. Half of it.');
    fireEvent.click(within(cause!).getByRole('button', { name: 'Wrong' }));
    const [field] = within(cause!).getAllByRole('textbox');
    expect(document.activeElement).toBe(field);
    fireEvent.change(field!, { target: { value: 'redis' } });
    fireEvent.click(within(cause!).getByTestId(rca.feedbackSend));
    await waitFor(() => expect(cause?.textContent).toContain('admin: wrong; it was redis'));
    expect(requests.find(({ url }) => url.endsWith('/feedback'))?.data).toEqual({
      about: { kind: 'cause' },
      judgement: 'wrong',
      trueCause: 'redis',
      comment: '',
    });
  });

  it('is about a piece of evidence or a proposal as well', async () => {
    const { requests } = show(usualBodies(report()), {
      answers: { 'v1/runs/01RUN/feedback': { status: 403 } },
    });
    await screen.findByTestId(rca.report);
    for (const [name, about] of [
      ['Judge evidence 1', { kind: 'evidence', id: 'e1' }],
      [/^Judge Create an index/, { kind: 'proposal', id: expect.stringMatching(/index/) as string }],
    ] as const) {
      const control = screen.getByRole('button', { name }).closest<HTMLElement>(`[data-testid="${rca.feedback}"]`)!;
      fireEvent.click(within(control).getByRole('button', { name }));
      fireEvent.click(within(control).getByRole('button', { name: 'Right' }));
      fireEvent.click(within(control).getByTestId(rca.feedbackSend));
      expect((await within(control).findByTestId(TEST_IDS.state.error)).textContent).toContain('You may not do this.');
      expect(requests.at(-1)?.data).toMatchObject({ about, judgement: 'right' });
    }
  });

  it('is not asked of those who may not give it', async () => {
    show(usualBodies(), { clients: { canLabel: false } });
    await screen.findByTestId(rca.report);
    expect(screen.queryByRole('button', { name: 'Wrong' })).toBeNull();
  });
});
