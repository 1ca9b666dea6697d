import { type RebaselineAnswer, rebaselineRequestSchema } from '#contracts';
import { readBody } from './parameters.ts';
import { requireEditor } from './require-editor.ts';
import type { ResourceCall } from './router.ts';

/** What the resource needs of a call. */
export type RebaselineCall = Pick<ResourceCall, 'body' | 'role' | 'log'> & {
  readonly datasource: {
    readonly uid: string;
    readonly clock: Pick<ResourceCall['datasource']['clock'], 'now'>;
    readonly detection: Pick<ResourceCall['datasource']['detection'], 'rebaseline'>;
  };
};

/**
 * `POST detectors/rebaseline`: models and series are learned anew from the telemetry; the reason is shown with their
 * fits. A rebuild is always one of all services; with a service, the reason is noted with its fit alone.
 */
export async function answerRebaseline({ datasource, body, role, log }: RebaselineCall): Promise<RebaselineAnswer> {
  requireEditor(role, 'have detectors learn anew');
  const request = readBody(rebaselineRequestSchema, body);
  datasource.detection.rebaseline(request);
  log('info', 'detectors learn anew', {
    datasource: datasource.uid,
    service: request.service ?? '',
    reason: request.reason,
  });
  return { ...request, atMs: datasource.clock.now() };
}
