export { Exposition } from './exposition.ts';
export { tee } from './tee.ts';
