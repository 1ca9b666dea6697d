import { hasNoEffect } from '../actions/catalogue.ts';
import type { ApplyResult, PlatformRequest } from '../actions/platform.ts';
import { pauseRealTime } from '../clock.ts';
import type { ExecutorContext } from '../context.ts';

/** Pauses between attempts to learn an unknown outcome, in real milliseconds. */
const RETRY_PAUSES_MS = [250, 500, 1000, 2000];

/** What became of an effect. `unclear`: a person has to look at the target. */
export type EffectResult =
  | { readonly kind: 'applied'; readonly message: string }
  | { readonly kind: 'not-applied'; readonly message: string }
  | { readonly kind: 'unclear'; readonly message: string };

/**
 * Sends a change and finds out what became of it. An unknown outcome is resolved by asking again with the same operation id,
 * which the platform answers without a second effect; any answer but "applied" is then unclear, because the first attempt
 * may have been the reason for it.
 * @param sentBefore whether an earlier run of the process may have sent it already
 */
export async function performEffect(
  { platform }: Pick<ExecutorContext, 'platform'>,
  request: PlatformRequest,
  sentBefore: boolean
): Promise<EffectResult> {
  if (hasNoEffect(request.action)) {
    return { kind: 'applied', message: 'recorded' };
  }
  let uncertain = sentBefore;
  for (const pauseMs of [...RETRY_PAUSES_MS, null]) {
    const result = await platform.apply(request);
    if (result.kind === 'applied') {
      return { kind: 'applied', message: result.message };
    }
    if (result.kind !== 'unknown') {
      return uncertain ? unclear(result) : { kind: 'not-applied', message: describe(result) };
    }
    uncertain = true;
    if (pauseMs === null) {
      return unclear(result);
    }
    await pauseRealTime(pauseMs);
  }
  return { kind: 'unclear', message: 'the outcome is unknown' };
}

function describe(result: ApplyResult): string {
  return result.kind === 'conflict' ? 'target changed since approval' : `refused by the platform: ${result.message}`;
}

function unclear(result: ApplyResult): EffectResult {
  return { kind: 'unclear', message: `it is not known whether the action took effect: ${result.message}` };
}
