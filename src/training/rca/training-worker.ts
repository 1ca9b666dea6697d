import { parentPort, workerData } from 'node:worker_threads';
import { runTrainingJob, type TrainingRequest } from './training-job.ts';
import type { TrainingMessage } from './run-training.ts';

const PROGRESS_EVERY_MS = 200;

const send = (message: TrainingMessage): void => parentPort?.postMessage(message);
let told = 0;
try {
  const answer = runTrainingJob(workerData as TrainingRequest, (progress) => {
    const now = performance.now();
    if (now - told >= PROGRESS_EVERY_MS || progress.done === progress.total) {
      told = now;
      send({ progress });
    }
  });
  send({ answer });
} catch (cause) {
  send({ error: cause instanceof Error ? cause.message : String(cause) });
}
