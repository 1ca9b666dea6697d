import { describe, expect, it } from 'vitest';
import { answerQuestion, previewQuestion, type QuestionOutcome } from './answer-question.ts';
import { FakeTools, row } from './testing/fake-tools.ts';
import { makeReport } from './testing/reports.ts';
import { runOptions } from './testing/run-options.ts';
import { ask, ScriptedModel } from './testing/scripted-model.ts';

const RANGE = { from: '2026-03-01T10:00:00Z', to: '2026-03-01T10:20:00Z' };
const LOCKS = row({ statement: 'lock waits of orders-db rose from 0 to 31 per second', observed: 31, baseline: 0 });
const tools = () => new FakeTools({ queryMetrics: [LOCKS] });
const question = (model: ScriptedModel, text = 'Were there locks?'): Promise<QuestionOutcome> =>
  answerQuestion(text, makeReport(), runOptions(model, { tools: tools() }));
const answer = (text: string, cites: readonly number[]) => ({ text: JSON.stringify({ answer: [{ text, cites }] }) });

describe('a question', () => {
  const asks = { toolRequests: [ask('query_metrics', { query: 'sum(pg_locks)', ...RANGE })] };

  it('is answered with the query that was run', async () => {
    const model = new ScriptedModel([asks, answer('Yes, lock waits of orders-db rose to 31 per second.', [4])]);
    expect(await question(model)).toMatchObject({
      kind: 'answered',
      answer: [{ text: 'Yes, lock waits of orders-db rose to 31 per second.', cites: [4] }],
      queries: [
        { language: 'promql', query: 'sum(pg_locks)', fromMs: Date.parse(RANGE.from), toMs: Date.parse(RANGE.to) },
      ],
      cut: [],
    });
  });

  it('is not answered by claims without a fact, by advice, or by queries that nobody ran', async () => {
    for (const [text, cites] of [['Yes, 99 locks.', [4]], ['Restart orders-db.', [4]], ['Yes, the ledger service was locked.', [4]], ['Yes.', []]] as const) {
      expect(await question(new ScriptedModel([asks, answer(text, cites)]))).toMatchObject({ kind: 'rejected', reason: 'nothing-grounded' });
    }
  }); // prettier-ignore

  it('leaves without private values', async () => {
    const model = new ScriptedModel([answer('The p99 latency of payment rose.', [1])]);
    const result = await question(model, 'What did jane.doe@example.com do from 10.1.2.3? password=hunter2');
    expect(JSON.stringify(model.requests)).not.toMatch(/jane\.doe|10\.1\.2\.3|hunter2/);
    expect(result).toMatchObject({ kind: 'answered', queries: [] });
  });

  it('can be previewed', async () => {
    const model = new ScriptedModel([answer('The p99 latency of payment rose.', [1])]);
    const preview = previewQuestion('Were there locks?', makeReport(), runOptions(model));
    expect((await question(model)).run.sent).toEqual(preview);
  });
});
