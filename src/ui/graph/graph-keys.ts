import type { NodePosition } from './layout/layered-layout.ts';

/** A direction on the screen. */
export type GraphDirection = 'left' | 'right' | 'up' | 'down';

/** What a key does while the drawing has the focus. */
export type GraphCommand =
  | { readonly kind: 'move' | 'pan'; readonly direction: GraphDirection }
  | { readonly kind: 'zoom'; readonly steps: 1 | -1 }
  | { readonly kind: 'hops'; readonly hops: 1 | 2 | 3 }
  | { readonly kind: 'strange'; readonly step: 1 | -1 }
  | {
      readonly kind:
        'first' | 'last' | 'fit' | 'choose' | 'leave' | 'everything' | 'blast' | 'group' | 'search' | 'help';
    };

const COMMANDS: Readonly<Record<string, GraphCommand>> = {
  Home: { kind: 'first' },
  End: { kind: 'last' },
  Enter: { kind: 'choose' },
  ' ': { kind: 'choose' },
  Escape: { kind: 'leave' },
  '+': { kind: 'zoom', steps: 1 },
  '=': { kind: 'zoom', steps: 1 },
  '-': { kind: 'zoom', steps: -1 },
  '0': { kind: 'fit' },
  '1': { kind: 'hops', hops: 1 },
  '2': { kind: 'hops', hops: 2 },
  '3': { kind: 'hops', hops: 3 },
  a: { kind: 'everything' },
  b: { kind: 'blast' },
  g: { kind: 'group' },
  n: { kind: 'strange', step: 1 },
  p: { kind: 'strange', step: -1 },
  '/': { kind: 'search' },
  '?': { kind: 'help' },
};

const ARROWS: Readonly<Record<string, GraphDirection>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** The keys in words, for the help. */
export const KEY_TEXTS: ReadonlyArray<readonly [keys: string, text: string]> = [
  ['Arrow keys', 'go to the next service in that direction'],
  ['Home, End', 'go to the first or last service'],
  ['N, P', 'go to the next or previous service that is not normal'],
  ['Enter', 'select a service, or open a group'],
  ['1, 2, 3', 'show only what is so many calls away'],
  ['A', 'show everything again'],
  ['B', 'shade what a failure of the service reaches'],
  ['G', 'collapse the group of the service'],
  ['Shift and arrow keys', 'move the view'],
  ['+, −, 0', 'zoom in, zoom out, fit everything in'],
  ['Ctrl and wheel', 'zoom around the pointer'],
  ['/', 'search'],
  ['Escape', 'end the selection'],
];

/** The command of a key; undefined for keys that belong to the browser or the page. */
export function toCommand(event: {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}): GraphCommand | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return undefined;
  }
  const direction = Object.hasOwn(ARROWS, event.key) ? ARROWS[event.key] : undefined;
  if (direction) {
    return { kind: event.shiftKey ? 'pan' : 'move', direction };
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return Object.hasOwn(COMMANDS, key) ? COMMANDS[key] : undefined;
}

/** How much more a step to the side costs than one ahead. */
const SIDEWAYS = 2.5;

/** The nearest place in a direction, steps to the side counting more; undefined where there is none. */
export function findNext(
  places: ReadonlyMap<string, NodePosition>,
  from: string,
  direction: GraphDirection
): string | undefined {
  const start = places.get(from);
  if (!start) {
    return undefined;
  }
  let best: string | undefined;
  let least = Infinity;
  for (const [id, { x, y }] of places) {
    const right = x - start.x;
    const down = y - start.y;
    const ahead = { left: -right, right, up: -down, down }[direction];
    const aside = Math.abs(direction === 'left' || direction === 'right' ? down : right);
    const cost = ahead + SIDEWAYS * aside;
    if (id !== from && ahead > 0 && cost < least) {
      least = cost;
      best = id;
    }
  }
  return best;
}

/** The item before or after another one, round the end; the first or last where the other is not in the list. */
export function cycle<T>(items: readonly T[], current: T | undefined, step: 1 | -1): T | undefined {
  const at = current === undefined ? -1 : items.indexOf(current);
  if (items.length === 0) {
    return undefined;
  }
  return at < 0 ? items.at(step > 0 ? 0 : -1) : items[(at + step + items.length) % items.length];
}
