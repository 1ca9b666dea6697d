export { createEmitters } from './emitters.ts';
export type { EmitterOptions, Emitters } from './emitters.ts';
