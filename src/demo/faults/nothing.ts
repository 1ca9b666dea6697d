import type { Fault } from './fault.ts';

/** Changes nothing: the control case. */
export const nothing: Fault = {
  id: 'nothing',
  title: 'Nothing',
  description: 'Injects nothing. Whatever is detected now is a false alarm.',
  causes: [],
  symptom: 'gateway',
  fault: false,
  start: () => ({ cured: () => false, end: () => undefined }),
};
