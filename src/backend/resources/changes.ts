import { type ChangesAnswer, type WebhookAnswer, webhookSchema } from '#contracts';
import { BackendError } from '../errors.ts';
import { toProblems } from '../problems.ts';
import { readBody, readEpochMs } from './parameters.ts';
import { requireEditor } from './require-editor.ts';
import type { ResourceCall } from './router.ts';

const DEFAULT_RANGE_MS = 6 * 3_600_000;
const MAX_RANGE_MS = 30 * 24 * 3_600_000;

/** `GET changes?from=<ms>&to=<ms>`: changes of all sources, each once; of the last six hours when no range is given. */
export async function answerChanges({ datasource, parameters, signal }: ResourceCall): Promise<ChangesAnswer> {
  const toMs = readEpochMs(parameters, 'to') ?? datasource.clock.now() + 1;
  const fromMs = readEpochMs(parameters, 'from') ?? Math.max(0, toMs - DEFAULT_RANGE_MS);
  if (fromMs >= toMs || toMs - fromMs > MAX_RANGE_MS) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The range is empty or longer than 30 days.');
  }
  const { changes, gaps } = await datasource.changes.read({ fromMs, toMs }, signal);
  return { fromMs, toMs, changes, problems: toProblems(gaps) };
}

/**
 * `POST changes`: the webhook. One change, or up to fifty below `changes`; for editors and administrators, as which a
 * pipeline signs in by a service account of Grafana.
 */
export function takeChanges({ datasource, body, role, log }: ResourceCall): WebhookAnswer {
  if (!datasource.settings.changes.webhook) {
    throw new BackendError('CAUSEWAY_FORBIDDEN', 'The webhook of this data source is switched off.', {
      remedy: 'Switch changes.webhook on in the settings of the data source.',
    });
  }
  requireEditor(role, 'announce changes');
  const { changes } = readBody(webhookSchema, body);
  const receipt = datasource.inbox.add(changes, datasource.clock.now());
  log('info', 'changes announced', { datasource: datasource.uid, ...receipt });
  return receipt;
}
