import type { ApplyResult, Platform, PlatformRequest, RestoreRequest } from '../actions/platform.ts';
import { ExecutorError } from '../errors.ts';

/** A platform in memory that counts what truly happened to each target. */
export interface FakePlatform extends Platform {
  /** Effects in order, by operation id. */
  readonly effects: PlatformRequest[];
  /** Ways back that were taken, in order. */
  readonly restored: RestoreRequest[];
  /** Answers to give instead of the normal one, each used once. `lost`: the effect happens, the answer does not arrive. */
  readonly faults: (ApplyResult | 'lost')[];
  /** Calls of readTarget that fail before one succeeds. */
  unreachableReads: number;
  /** A change by somebody else. */
  touch(name: string): void;
}

export function fakePlatform(targets: readonly string[] = ['payment', 'order', 'redis']): FakePlatform {
  const versions = new Map(targets.map((name) => [name, 1]));
  const done = new Map<string, ApplyResult>();
  const effects: PlatformRequest[] = [];
  const restored: RestoreRequest[] = [];
  const marks = new Map<string, string>();
  const specs = new Map<string, Readonly<Record<string, unknown>>>(targets.map((name) => [name, { replicas: 3 }]));
  const faults: (ApplyResult | 'lost')[] = [];
  const versionOf = (name: string): string => {
    const version = versions.get(name);
    if (version === undefined) {
      throw new ExecutorError('TARGET_UNKNOWN', `target: "${name}" is not known.`);
    }
    return String(version);
  };
  const bump = (name: string, operationId?: string) => {
    versions.set(name, (versions.get(name) ?? 0) + 1);
    marks.set(name, operationId ?? 'somebody else');
  };
  const perform = (request: PlatformRequest): ApplyResult => {
    if (request.expectedVersion !== versionOf(request.target.name)) {
      return { kind: 'conflict', message: 'version differs' };
    }
    effects.push(request);
    specs.set(request.target.name, { ...specs.get(request.target.name), ...request.parameters });
    bump(request.target.name, request.operationId);
    return { kind: 'applied', message: `${request.action} done` };
  };
  const platform: FakePlatform = {
    effects,
    restored,
    faults,
    unreachableReads: 0,
    touch: (name) => bump(name),
    readTarget: async (target) => {
      if (platform.unreachableReads > 0) {
        platform.unreachableReads -= 1;
        throw new ExecutorError('PLATFORM_UNAVAILABLE', 'The platform did not answer.');
      }
      const operationId = marks.get(target.name);
      const mark = operationId === undefined ? {} : { operationId };
      return {
        uid: `uid-${target.name}`,
        version: versionOf(target.name),
        spec: specs.get(target.name) ?? {},
        ...mark,
      };
    },
    dryRun: async ({ action, target, expectedVersion }) => {
      if (expectedVersion !== versionOf(target.name)) {
        throw new ExecutorError('PLATFORM_REFUSED', 'version differs');
      }
      return `${action} ${target.name}`;
    },
    async apply(request) {
      const fault = faults.shift();
      if (fault !== undefined && fault !== 'lost') {
        return fault;
      }
      const result = done.get(request.operationId) ?? perform(request);
      done.set(request.operationId, result);
      return fault === 'lost' ? { kind: 'unknown', message: 'the answer was lost' } : result;
    },
    async restore(request) {
      const fault = faults.shift();
      if (fault !== undefined && fault !== 'lost') {
        return fault;
      }
      restored.push(request);
      specs.set(request.target.name, request.spec);
      bump(request.target.name, request.operationId);
      return fault === 'lost'
        ? { kind: 'unknown', message: 'the answer was lost' }
        : { kind: 'applied', message: 'restored' };
    },
    findOperation: async (operationId) => {
      const result = done.get(operationId);
      return result?.kind === 'applied' ? { message: result.message } : undefined;
    },
  };
  return platform;
}
