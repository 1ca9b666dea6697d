import { serveTasks } from '../serve-tasks.ts';

serveTasks<number>((value) => {
  if (value < 0) {
    throw new Error(`cannot double ${value}`);
  }
  return 2 * value;
});
