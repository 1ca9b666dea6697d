import type { Span } from '#model';
import { childrenOf, type PlacedSpan, placeSpans } from './place-spans.ts';

/** Time on the critical path that one span spent by itself. */
export interface PathSpan {
  readonly span: Span;
  /** First time on the path, milliseconds from the start of the root. */
  readonly startMs: number;
  /** All stretches of the span together, milliseconds. */
  readonly selfMs: number;
}

/** What kept a request waiting, span by span. */
export interface CriticalPath {
  readonly root: Span;
  readonly durationMs: number;
  /** In order of time; the self times add up to the duration. Spans that cost nothing are left out. */
  readonly path: readonly PathSpan[];
  /** Spans that hang from no known span of the request, or repeat an id. */
  readonly leftOut: number;
}

const OVERLAP_SHARE = 0.01;
const LEAST_OVERLAP_MS = 0.01;

interface Stretch {
  readonly placed: PlacedSpan;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The critical path of a trace: from its end backwards always the child that ended last, so that shortening anything else
 * would not have made the request faster.
 *
 * Children are held within their parents; those of another service whose clock is off are moved as a whole (see
 * {@link placeSpans}). What is only triggered and not waited for (consumers of messages) does not count. Of several roots,
 * which are there when parents were not kept, the longest is taken. Of children that overlap one that ended later, the part
 * before its start is not used: they ran beside it. An overlap of a hundredth is none.
 *
 * @param trace  spans of one trace, any order; hostile input
 * @returns undefined where no span can be the root, or the root has no duration
 * Cost O(n log n). Never throws. Ref: Zhang et al. 2022, USENIX ATC, "CRISP: Critical Path Analysis of Large-Scale Microservice
 * Architectures", section 3; the critical path of Jaeger UI 1.48. Deviation: children are cut at the parent's edges where
 * CRISP drops them, so that the self times always add up to the duration of the root.
 */
export function criticalPath(trace: readonly Span[]): CriticalPath | undefined {
  const placement = placeSpans(trace);
  if (!placement) {
    return undefined;
  }
  const { root } = placement;
  const stretches = walkBack(root);
  const found = new Map<PlacedSpan, { startMs: number; selfMs: number }>();
  for (const { placed, fromMs, toMs } of stretches.toReversed()) {
    const own = found.get(placed) ?? { startMs: fromMs - root.fromMs, selfMs: 0 };
    own.selfMs += toMs - fromMs;
    found.set(placed, own);
  }
  return {
    root: root.span,
    durationMs: root.toMs - root.fromMs,
    path: [...found].map(([{ span }, own]) => ({ span, ...own })),
    leftOut: placement.leftOut,
  };
}

/** Stretches of self time from the end of the root to its start. Without recursion: traces may be deep. */
function walkBack(root: PlacedSpan): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const stack = [{ placed: root, cursorMs: root.toMs, limitMs: root.toMs, children: childrenOf(root), next: 0 }];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const { placed, children } = frame;
    let child = children[frame.next];
    // Ran beside a child that ended later.
    while (child && child.toMs - frame.cursorMs > overlapMs(child)) {
      frame.next += 1;
      child = children[frame.next];
    }
    const toMs = Math.min(frame.cursorMs, frame.limitMs);
    const fromMs = child ? Math.min(child.toMs, toMs) : placed.fromMs;
    if (toMs > fromMs) {
      stretches.push({ placed, fromMs, toMs });
    }
    if (child) {
      frame.next += 1;
      frame.cursorMs = Math.min(frame.cursorMs, child.fromMs);
      const limitMs = Math.min(toMs, child.toMs);
      stack.push({ placed: child, cursorMs: child.toMs, limitMs, children: childrenOf(child), next: 0 });
    } else {
      stack.pop();
    }
  }
  return stretches;
}

/** By so much a child may end after the next one began and still have come before it: clocks are read and rounded. */
function overlapMs({ fromMs, toMs }: PlacedSpan): number {
  return Math.max(LEAST_OVERLAP_MS, OVERLAP_SHARE * (toMs - fromMs));
}
