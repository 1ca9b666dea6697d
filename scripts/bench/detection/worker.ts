import { serveTasks } from '../parallel/serve-tasks.ts';
import { type BenchTask, runTask } from './tasks.ts';

serveTasks<BenchTask>(runTask);
