import { Worker } from 'node:worker_threads';
import { TrainingError } from '../errors.ts';
import { checkSources, sourcesOf } from './incident-sources.ts';
import type { OnProgress, TrainingProgress } from './train-ranking.ts';
import type { TrainingAnswer, TrainingRequest } from './training-job.ts';

/** What the thread says. */
export type TrainingMessage =
  { readonly progress: TrainingProgress } | { readonly answer: TrainingAnswer } | { readonly error: string };

/** Limits of a run. */
export interface RunOptions {
  /** Ends the run at once; its promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Default one hour. */
  readonly deadlineMs?: number;
  /** Heap of the thread; default 2,048. */
  readonly memoryMb?: number;
}

const DEFAULT_DEADLINE_MS = 3_600_000;
const DEFAULT_MEMORY_MB = 2048;

/**
 * Runs a training in a thread of its own, so that the caller stays responsive.
 *
 * @param request  what to learn from, and how
 * @returns the trained ranking; the same request gives the same numbers
 * @throws TrainingError `CAUSEWAY_TRAINING_LICENCE` when incidents may not be learned from
 * @throws TrainingError `CAUSEWAY_TRAINING_FAILED` when the run fails, takes too long or needs too much memory
 * Cost minutes of one core.
 */
export async function runTraining(request: TrainingRequest, options: RunOptions = {}): Promise<TrainingAnswer> {
  const { signal, onProgress, deadlineMs = DEFAULT_DEADLINE_MS, memoryMb = DEFAULT_MEMORY_MB } = options;
  signal?.throwIfAborted();
  checkSources(sourcesOf(request.incidents.filter(({ system }) => !request.testOnly?.includes(system))));
  const worker = new Worker(new URL('./training-worker.ts', import.meta.url), {
    workerData: request,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<TrainingAnswer>((resolve, reject) => {
      const fail = (detail: string): void => reject(new TrainingError('CAUSEWAY_TRAINING_FAILED', detail));
      onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      timer = setTimeout(() => fail(`The training took longer than ${deadlineMs / 1000} s.`), deadlineMs);
      worker.on('message', (message: TrainingMessage) => {
        if ('progress' in message) {
          onProgress?.(message.progress);
        } else if ('answer' in message) {
          resolve(message.answer);
        } else {
          fail(`The training failed: ${message.error}`);
        }
      });
      worker.on('error', (cause: unknown) => fail(`The training failed: ${String(cause)}`));
      worker.on('exit', (code) => fail(`The training ended with ${code}.`));
    });
  } finally {
    clearTimeout(timer);
    if (onAbort) {
      signal?.removeEventListener('abort', onAbort);
    }
    await worker.terminate();
  }
}
