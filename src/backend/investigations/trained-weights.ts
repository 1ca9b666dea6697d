import { parseRankingWeights, type RankingWeights } from '#engine';
import type { DataGap } from '#model';
import { readBoundedFile, WatchedFile } from '../upstreams/watched-file.ts';

/** What an analysis is told about the weights of the installation. */
export interface TrainedAnswer {
  /** Missing: the weights that come with the product are used. */
  readonly weights?: RankingWeights;
  readonly gaps: readonly DataGap[];
}

const MAX_BYTES = 4 * 1_048_576;
const NOTHING: TrainedAnswer = { gaps: [] };

/**
 * The weights of the ranking that an installation trained for itself: a file of the machine, whose path the operator gives in
 * `CAUSEWAY_RANKING_WEIGHTS`. It is read again when it changes. A file that cannot be used is a gap with the reason; the
 * weights that come with the product, or the last good ones, stay in force.
 */
export class TrainedWeights {
  private readonly file: WatchedFile<TrainedAnswer> | undefined;
  private good: RankingWeights | undefined;

  constructor(path: string | undefined) {
    this.file = path === undefined ? undefined : new WatchedFile(path, (found) => this.read(found));
  }

  /** What is in force now. */
  current(): TrainedAnswer {
    return this.file?.current() ?? NOTHING;
  }

  private read(path: string): TrainedAnswer {
    try {
      this.good = parseRankingWeights(JSON.parse(readBoundedFile(path, MAX_BYTES)));
      return { weights: this.good, gaps: [] };
    } catch (error) {
      const reason = `CAUSEWAY_RANKING_WEIGHTS cannot be used, other weights rank instead: ${reasonOf(error)}`;
      return { ...(this.good ? { weights: this.good } : {}), gaps: [{ source: 'ranking-weights', reason }] };
    }
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
