export { createStore } from './store.ts';
export type { EmbeddedStore, StoreOptions } from './store.ts';
export { createStoreHandler } from './http.ts';
export type { StoreHandler } from './http.ts';
