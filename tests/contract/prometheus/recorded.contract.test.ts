import { beforeAll, describe, expect, it } from 'vitest';
import { createStore } from '../../../src/demo/store/index.ts';
import { readRecording } from '../recording.ts';
import type { ReplayedCase } from '../replay.ts';
import { replay } from '../replay.ts';
import { findDifference } from './compare.ts';
import { hostileSeries } from './fixture-series.ts';
import { loadSeries } from './store-server.ts';

const recording = readRecording('prometheus/replies');
if (recording === undefined) {
  console.warn('\n  SKIPPED: no recording of Prometheus; npm run fixtures:record -- --prometheus URL makes one\n');
}

describe.skipIf(recording === undefined)(`the store answers like the recorded ${recording?.server}`, () => {
  let replies: ReadonlyMap<string, ReplayedCase>;

  beforeAll(async () => {
    const store = createStore();
    loadSeries(store, hostileSeries());
    replies = await replay(store, '/prometheus', recording!);
  });

  it.each(recording?.cases.map(({ id }) => id) ?? [])('%s', (id) => {
    const { recorded, mine } = replies.get(id)!;
    expect(findDifference(recorded, mine)).toBeUndefined();
  });
});
