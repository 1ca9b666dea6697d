import { beforeAll, describe, expect, it } from 'vitest';
import { createStore } from '../../../src/demo/store/index.ts';
import { readRecording } from '../recording.ts';
import type { ReplayedCase } from '../replay.ts';
import { comparable, replay, sortDeep } from '../replay.ts';
import { recordedSpans } from './spans.ts';

const recording = readRecording('tempo/replies');
if (recording === undefined) {
  console.warn('\n  SKIPPED: no recording of Tempo; npm run fixtures:record -- --tempo URL makes one\n');
}

const order = (body: unknown): unknown => sortDeep(body);

describe.skipIf(recording === undefined)(`the store answers like ${recording?.server}`, () => {
  let replies: ReadonlyMap<string, ReplayedCase>;

  beforeAll(async () => {
    const store = createStore({ now: () => recording!.baseMs + 900_000 });
    store.spans(recordedSpans(recording!.baseMs));
    replies = await replay(store, '/tempo', recording!);
  });

  it.each(recording?.cases.map(({ id }) => id) ?? [])('%s', (id) => {
    const { recorded, mine } = replies.get(id)!;
    expect(comparable(mine, order)).toEqual(comparable(recorded, order));
  });
});
