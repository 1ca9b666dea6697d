import type { BackendSrv } from '@grafana/runtime';
import { toProblem } from '../../errors.ts';
import type { Problem } from '#ui';
import { requestJson, type HttpPort } from '../../api/http.ts';
import type { ExecutorClient } from '../../api/executor-client.ts';

/** The result of one connection test. */
export type TestResult =
  | { readonly name: string; readonly ok: true; readonly message: string }
  | { readonly name: string; readonly ok: false; readonly problem: Problem };

const DEADLINE_MS = 20_000;

/** Tests the executor through the plugin proxy, so that URL and token are both proven. */
export async function testExecutor(executor: ExecutorClient): Promise<TestResult> {
  const name = 'Executor';
  try {
    const actions = await executor.actions();
    return { name, ok: true, message: `answers and offers ${actions.length} kinds of action` };
  } catch (error) {
    return { name, ok: false, problem: toProblem(error) };
  }
}

/** Runs the health check of the datasource's backend. */
export async function testDatasource(http: HttpPort, uid: string | undefined): Promise<TestResult> {
  const name = 'Causeway data source';
  if (uid === undefined) {
    return {
      name,
      ok: false,
      problem: { source: name, message: 'There is none yet.', remedy: 'Add one under Connections, Data sources.' },
    };
  }
  try {
    const answer = await requestJson<{ status?: string; message?: string }>(
      http,
      { url: `/api/datasources/uid/${encodeURIComponent(uid)}/health`, method: 'GET' },
      { deadlineMs: DEADLINE_MS }
    );
    if (answer.status === 'OK') {
      return { name, ok: true, message: answer.message ?? 'works' };
    }
    return {
      name,
      ok: false,
      problem: {
        source: name,
        message: answer.message ?? 'The health check failed.',
        remedy: 'Open the data source settings and correct what the message names.',
      },
    };
  } catch (error) {
    return { name, ok: false, problem: describeHealthFailure(name, error) };
  }
}

function describeHealthFailure(source: string, error: unknown): Problem {
  const body = (error as { body?: { message?: unknown } }).body;
  const message = typeof body?.message === 'string' ? body.message : 'The health check could not be run.';
  return {
    source,
    message,
    remedy: 'Open the data source settings, correct what the message names, and press “Save & test”.',
  };
}

/** Saves the settings of the app. An empty token leaves the stored one. @throws HttpFailure */
export async function saveSettings(
  http: Pick<BackendSrv, 'fetch' | 'chunked'>,
  pluginId: string,
  body: Readonly<Record<string, unknown>>
): Promise<void> {
  await requestJson<unknown>(
    http,
    { url: `/api/plugins/${pluginId}/settings`, method: 'POST', data: body },
    { deadlineMs: DEADLINE_MS }
  );
}
