import { serveTasks } from '../parallel/serve-tasks.ts';
import { type CauseTask, runCauseTask } from './tasks.ts';

serveTasks<CauseTask>(runCauseTask);
