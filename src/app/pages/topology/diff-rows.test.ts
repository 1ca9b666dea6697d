import { describe, expect, it } from 'vitest';
import type { ServiceEdge, TopologyDiff } from '#model';
import { describeDiff, toDiffRows } from './diff-rows.ts';

const edge = (callee: string): ServiceEdge => ({ caller: 'a', callee, kind: 'http', lastSeenMs: 0 });
const NONE: TopologyDiff = {
  fromMs: 0,
  toMs: 1,
  addedNodes: [],
  removedNodes: [],
  changedNodes: [],
  addedEdges: [],
  removedEdges: [],
  changedEdges: [],
};
const SOME: TopologyDiff = {
  ...NONE,
  addedNodes: [
    { name: 'x', kind: 'service' },
    { name: 'y', kind: 'service' },
  ],
  addedEdges: [edge('x')],
  removedEdges: [edge('z')],
  changedEdges: [
    {
      caller: 'a',
      callee: 'b',
      measures: [{ measure: 'errorRatio', before: 0, after: 0.1 }],
      before: edge('b'),
      after: edge('b'),
    },
  ],
};

describe('differences', () => {
  it('are counted in a sentence', () => {
    expect(describeDiff(SOME)).toBe('2 services and 1 call are new, 1 call is gone, 1 call is different.');
    expect(describeDiff(NONE)).toBe('nothing differs.');
  });

  it('are rows with a sign and a word', () => {
    const words = {
      describeMeasure: ({ before, after }: { before?: number; after?: number }) => `${before} to ${after}`,
      describeNodeChange: () => '',
    };
    expect(toDiffRows(SOME, words).map((row) => Object.values(row).join('|'))).toEqual([
      '+|new|x|',
      '+|new|y|',
      '+|new|a → x|',
      '−|gone|a → z|',
      'Δ|changed|a → b|0 to 0.1',
    ]);
  });
});
