import type { Datasource } from '../datasource/datasource.ts';
import { type Failure, toFailure } from '../errors.ts';
import { HEALTH_STATUS, type CheckHealthResponse } from '../grpc/messages.ts';
import type { WatchState } from '../watch/watch-state.ts';
import { testConnection } from '#telemetry';

/** How one upstream answered. */
interface UpstreamHealth {
  readonly name: 'prometheus' | 'loki' | 'tempo' | 'jaeger' | 'grafana' | 'executor';
  readonly ok: boolean;
  readonly version?: string;
  readonly code?: string;
  readonly message?: string;
  readonly remedy?: string;
}

/**
 * Answers `CheckHealth`: asks every configured upstream. The message names what works or the first failure with its remedy;
 * the details name all, and what the watch was last hindered by.
 */
export async function checkHealth(
  resolve: () => Datasource,
  watchOf: (datasource: Datasource) => WatchState | undefined,
  signal: AbortSignal
): Promise<CheckHealthResponse> {
  let datasource: Datasource;
  try {
    datasource = resolve();
  } catch (error) {
    const failure = toFailure(error);
    return toResponse(false, `${failure.message} ${failure.remedy}`, { code: failure.code, remedy: failure.remedy });
  }
  const upstreams = await testUpstreams(datasource, signal);
  const watch = watchOf(datasource)?.toAnswer() ?? null;
  const broken = upstreams.filter((upstream) => !upstream.ok);
  const names = upstreams.map(({ name, version }) => (version ? `${name} ${version}` : name));
  const problem = watch?.problems[0];
  const tail = problem ? ` The watch reports: ${problem.message}` : '';
  const message =
    broken.length === 0
      ? `Connected: ${names.join(', ')}.${tail}`
      : broken.map(({ message: text, remedy }) => `${text ?? ''} ${remedy ?? ''}`).join(' ');
  return toResponse(broken.length === 0, message, { upstreams, watch });
}

async function testUpstreams({ upstreams }: Datasource, signal: AbortSignal): Promise<readonly UpstreamHealth[]> {
  const { prometheus, loki, tempo, jaeger, grafana, executor } = upstreams;
  const readers = [prometheus, loki, tempo, jaeger, grafana].filter((client) => client !== undefined);
  return Promise.all([
    ...readers.map(async (client): Promise<UpstreamHealth> => {
      const test = await testConnection(client, { signal });
      return test.ok
        ? { name: client.source, ok: true, ...(test.version ? { version: test.version } : {}) }
        : toBroken(client.source, toFailure(test.error));
    }),
    ...(executor
      ? [
          executor.ping(signal).then(
            (): UpstreamHealth => ({ name: 'executor', ok: true }),
            (error: unknown) => toBroken('executor', toFailure(error))
          ),
        ]
      : []),
  ]);
}

function toBroken(name: UpstreamHealth['name'], { code, message, remedy }: Failure): UpstreamHealth {
  return { name, ok: false, code, message, remedy };
}

/** Grafana shows `verboseMessage` of the details behind "show more". */
function toResponse(ok: boolean, message: string, details: Readonly<Record<string, unknown>>): CheckHealthResponse {
  return {
    status: ok ? HEALTH_STATUS.ok : HEALTH_STATUS.error,
    message: message.slice(0, 2000),
    jsonDetails: Buffer.from(JSON.stringify(details), 'utf8'),
  };
}
