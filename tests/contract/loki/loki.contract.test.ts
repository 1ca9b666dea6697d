import { beforeAll, describe, expect, it } from 'vitest';
import { createStore } from '../../../src/demo/store/index.ts';
import { readRecording } from '../recording.ts';
import type { ReplayedCase } from '../replay.ts';
import { comparable, replay, sortDeep } from '../replay.ts';
import { logLines } from './log-lines.ts';

const recording = readRecording('loki/replies');
if (recording === undefined) {
  console.warn('\n  SKIPPED: no recording of Loki; npm run fixtures:record -- --loki URL makes one\n');
}

const KEPT_ORDER = new Set(['values', 'value']);

function order(body: unknown): unknown {
  const text = JSON.stringify(body).replace(/"__error_details__":"(?:[^"\\]|\\.)*",?/g, '');
  return sortDeep(JSON.parse(text), KEPT_ORDER);
}

describe.skipIf(recording === undefined)(`the store answers like ${recording?.server}`, () => {
  let replies: ReadonlyMap<string, ReplayedCase>;

  beforeAll(async () => {
    const store = createStore({ now: () => recording!.baseMs + 900_000 });
    store.logs(logLines(recording!.baseMs));
    replies = await replay(store, '/loki', recording!);
  });

  it.each(recording?.cases.map(({ id }) => id) ?? [])('%s', (id) => {
    const { recorded, mine } = replies.get(id)!;
    expect(comparable(mine, order)).toEqual(comparable(recorded, order));
  });
});
