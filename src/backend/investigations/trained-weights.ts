import { readFileSync, statSync } from 'node:fs';
import { parseRankingWeights, type RankingWeights } from '#engine';
import type { DataGap } from '#model';

/** What an analysis is told about the weights of the installation. */
export interface TrainedAnswer {
  /** Missing: the weights that come with the product are used. */
  readonly weights?: RankingWeights;
  readonly gaps: readonly DataGap[];
}

/** A file is looked at again after this long, real milliseconds. */
const LOOK_AGAIN_MS = 10_000;
const MAX_BYTES = 4 * 1_048_576;
const NOTHING: TrainedAnswer = { gaps: [] };

/**
 * The weights of the ranking that an installation trained for itself: a file of the machine, whose path the operator gives in
 * `CAUSEWAY_RANKING_WEIGHTS`. It is read again when it changes. A file that cannot be used is a gap with the reason; the
 * weights that come with the product, or the last good ones, stay in force.
 */
export class TrainedWeights {
  private readonly path: string | undefined;
  private stamp = '';
  private lookedMs = -Infinity;
  private answer = NOTHING;

  constructor(path: string | undefined) {
    this.path = path;
  }

  /** What is in force now. Cost: one look at the file every ten seconds, parsing when it has changed. */
  current(): TrainedAnswer {
    const nowMs = performance.now();
    if (this.path === undefined || nowMs - this.lookedMs < LOOK_AGAIN_MS) {
      return this.answer;
    }
    this.lookedMs = nowMs;
    const stamp = stampOf(this.path);
    if (stamp !== this.stamp) {
      this.stamp = stamp;
      this.answer = this.read(this.path);
    }
    return this.answer;
  }

  private read(path: string): TrainedAnswer {
    try {
      if (statSync(path).size > MAX_BYTES) {
        throw new Error('the file is larger than 4 MiB');
      }
      return { weights: parseRankingWeights(JSON.parse(readFileSync(path, 'utf8'))), gaps: [] };
    } catch (error) {
      const reason = `CAUSEWAY_RANKING_WEIGHTS cannot be used, other weights rank instead: ${reasonOf(error)}`;
      const { weights } = this.answer;
      return { ...(weights ? { weights } : {}), gaps: [{ source: 'ranking-weights', reason }] };
    }
  }
}

function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return 'none';
  }
}

/** Without the path: a page shows it to everybody. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) {
    return 'it is no JSON';
  }
  const isSystem = error instanceof Error && 'code' in error;
  return isSystem ? 'it cannot be read' : error instanceof Error ? error.message : 'it cannot be read';
}
