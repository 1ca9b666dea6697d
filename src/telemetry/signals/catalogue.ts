import { LIMIT_SIGNALS } from './limit-signals.ts';
import { REQUEST_SIGNALS } from './request-signals.ts';
import { RESOURCE_SIGNALS } from './resource-signals.ts';
import type { SignalQuery } from './signal-query.ts';
import { STORE_SIGNALS } from './store-signals.ts';

/** Every metric query of the product that yields a signal, in order of precedence. */
export const SIGNAL_CATALOGUE: readonly SignalQuery[] = [
  ...REQUEST_SIGNALS,
  ...RESOURCE_SIGNALS,
  ...STORE_SIGNALS,
  ...LIMIT_SIGNALS,
];
