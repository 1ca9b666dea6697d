import type { ClockReading } from '../boot/simulated-clock.ts';

/** One entry of the shop's fault catalogue. `fault` is false for entries that must not be reported as an incident. */
export interface FaultDescription {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly symptom: string;
  readonly fault: boolean;
}

/** A fault that is in effect. Times are simulated epoch ms. */
export interface ActiveFault {
  readonly id?: string;
  readonly fault: string;
  readonly intensity: number;
  readonly startedMs: number;
  readonly endsMs: number | null;
}

export interface FaultList {
  readonly catalogue: readonly FaultDescription[];
  readonly active: readonly ActiveFault[];
}

/** State of one process of the demo, in words. */
export interface ProcessState {
  readonly name: string;
  readonly state: string;
  readonly detail: string;
}

/** A call that failed, with a sentence for a person. */
export class DemoApiError extends Error {}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/demo/${path}`, {
      method,
      headers: { Accept: 'application/json', ...(body ? { 'Content-Type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch {
    throw new DemoApiError('The demo does not answer. Is npm run demo still running?');
  }
  const text = await response.text();
  const answer = parse(text) as { readonly message?: string } | undefined;
  if (!response.ok) {
    throw new DemoApiError(answer?.message ?? `The demo answered with HTTP ${response.status}`);
  }
  return answer as T;
}

function parse(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const setSpeed = (speed: number): Promise<ClockReading> => call('PUT', 'clock', { speed });
export const listFaults = (): Promise<FaultList> => call('GET', 'faults');
export const injectFault = (fault: string, intensity: number): Promise<unknown> =>
  call('POST', 'faults', { fault, intensity });
export const stopFault = (id: string): Promise<unknown> => call('DELETE', `faults/${encodeURIComponent(id)}`);
export const resetShop = (): Promise<unknown> => call('DELETE', 'faults');
export const listProcesses = (): Promise<{ readonly processes: readonly ProcessState[] }> => call('GET', 'processes');
export const switchUser = (login: string): Promise<unknown> => call('POST', 'session', { login });
