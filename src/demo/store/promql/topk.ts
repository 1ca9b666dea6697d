import { PromqlError } from './errors.ts';
import type { Column, Matrix, Steps } from './matrix.ts';
import { hasSamples } from './matrix.ts';

interface Entry {
  readonly column: number;
  readonly value: number;
}

type Less = (a: Entry, b: Entry) => boolean;

const lessLargest: Less = (a, b) => a.value !== a.value || a.value < b.value;
const lessSmallest: Less = (a, b) => a.value !== a.value || a.value > b.value;
const INT64_LIMIT = 2 ** 63;

/**
 * Keeps the k largest or smallest samples of each step, with their own labels. Ties go as in the server, whose heap is
 * reproduced; NaN is chosen last. For a single step the result is in order of value.
 *
 * @throws PromqlError execution when k is no 64-bit integer
 */
export function selectExtremes(
  members: readonly Column[],
  steps: Steps,
  param: (index: number) => number,
  largest: boolean
): Matrix {
  const less = largest ? lessLargest : lessSmallest;
  const masks = members.map(() => new Uint8Array(steps.count));
  let order: readonly Entry[] = [];
  for (let index = 0; index < steps.count; index++) {
    const k = toCount(param(index));
    order = k < 1 ? [] : chooseAt(members, index, k, less);
    for (const entry of order) {
      (masks[entry.column] as Uint8Array)[index] = 1;
    }
  }
  const columns = members.map(({ labels, values }, column) => ({
    labels,
    values,
    present: masks[column] as Uint8Array,
  }));
  const chosen = steps.count === 1 ? order.map((entry) => columns[entry.column] as Column) : columns;
  return chosen.filter(hasSamples);
}

function toCount(value: number): number {
  if (!(value >= -INT64_LIMIT && value < INT64_LIMIT)) {
    throw new PromqlError('execution', `Scalar value ${value} overflows int64`);
  }
  return Math.trunc(value);
}

function chooseAt(members: readonly Column[], index: number, k: number, less: Less): Entry[] {
  const heap: Entry[] = [];
  members.forEach(({ values, present }, column) => {
    if (present[index] !== 1) {
      return;
    }
    const entry = { column, value: values[index] as number };
    const root = heap[0];
    if (root === undefined || heap.length < k) {
      push(heap, entry, less);
    } else if (less(root, entry)) {
      if (k === 1) {
        heap[0] = entry;
      } else {
        pop(heap, less);
        push(heap, entry, less);
      }
    }
  });
  return heap.sort((a, b) => (less(b, a) ? -1 : less(a, b) ? 1 : 0));
}

function push(heap: Entry[], entry: Entry, less: Less): void {
  heap.push(entry);
  for (let child = heap.length - 1; child > 0;) {
    const parent = (child - 1) >> 1;
    if (!less(heap[child] as Entry, heap[parent] as Entry)) {
      return;
    }
    swap(heap, child, parent);
    child = parent;
  }
}

function pop(heap: Entry[], less: Less): void {
  const end = heap.length - 1;
  swap(heap, 0, end);
  for (let parent = 0; ;) {
    const left = 2 * parent + 1;
    if (left >= end) {
      break;
    }
    const right = left + 1;
    const child = right < end && less(heap[right] as Entry, heap[left] as Entry) ? right : left;
    if (!less(heap[child] as Entry, heap[parent] as Entry)) {
      break;
    }
    swap(heap, parent, child);
    parent = child;
  }
  heap.pop();
}

function swap(heap: Entry[], a: number, b: number): void {
  const held = heap[a] as Entry;
  heap[a] = heap[b] as Entry;
  heap[b] = held;
}
