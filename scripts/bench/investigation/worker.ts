import { serveTasks } from '../parallel/serve-tasks.ts';
import { type InvestigationTask, runInvestigationTask } from './tasks.ts';

serveTasks<InvestigationTask>(runInvestigationTask);
