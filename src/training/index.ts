export { openDanfo } from './tables/danfo-table.ts';
