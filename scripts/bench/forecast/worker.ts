import { serveTasks } from '../parallel/serve-tasks.ts';
import { type ForecastTask, runTask } from './tasks.ts';

serveTasks<ForecastTask>(runTask);
