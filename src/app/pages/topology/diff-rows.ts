import type { MeasureChange, NodeChange, TopologyDiff } from '#model';

/** One difference as a person reads it. */
export interface DiffRow {
  readonly sign: string;
  readonly word: string;
  readonly what: string;
  readonly how: string;
}

/** How numbers and properties become text. */
export interface DiffWords {
  readonly describeMeasure: (change: MeasureChange) => string;
  readonly describeNodeChange: (change: NodeChange) => string;
}

/** Every difference: what is new, what is gone, what changed; services before calls. */
export function toDiffRows(diff: TopologyDiff, words: DiffWords): readonly DiffRow[] {
  const call = ({ caller, callee }: { readonly caller: string; readonly callee: string }) => `${caller} → ${callee}`;
  const added = (what: string): DiffRow => ({ sign: '+', word: 'new', what, how: '' });
  const gone = (what: string): DiffRow => ({ sign: '−', word: 'gone', what, how: '' });
  return [
    ...diff.addedNodes.map(({ name }) => added(name)),
    ...diff.removedNodes.map(({ name }) => gone(name)),
    ...diff.addedEdges.map((edge) => added(call(edge))),
    ...diff.removedEdges.map((edge) => gone(call(edge))),
    ...diff.changedNodes.map((change) => ({
      sign: 'Δ',
      word: 'changed',
      what: change.name,
      how: words.describeNodeChange(change),
    })),
    ...diff.changedEdges.map((change) => ({
      sign: 'Δ',
      word: 'changed',
      what: call(change),
      how: change.measures.map(words.describeMeasure).join(', '),
    })),
  ];
}

/** The differences in one sentence: `2 services and 3 calls are new, 1 call is gone.` */
export function describeDiff(diff: TopologyDiff): string {
  const parts = [
    describe(diff.addedNodes.length, diff.addedEdges.length, 'new'),
    describe(diff.removedNodes.length, diff.removedEdges.length, 'gone'),
    describe(diff.changedNodes.length, diff.changedEdges.length, 'different'),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'nothing differs.' : `${parts.join(', ')}.`;
}

function describe(services: number, calls: number, what: string): string {
  const names = [...count(services, 'service'), ...count(calls, 'call')];
  return names.length === 0 ? '' : `${names.join(' and ')} ${services + calls === 1 ? 'is' : 'are'} ${what}`;
}

function count(number: number, name: string): readonly string[] {
  return number === 0 ? [] : [`${number} ${name}${number === 1 ? '' : 's'}`];
}
