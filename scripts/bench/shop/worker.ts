import { serveTasks } from '../parallel/serve-tasks.ts';
import { runShopTask, type ShopTask } from './tasks.ts';

serveTasks<ShopTask>(runShopTask);
