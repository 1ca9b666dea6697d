import type { ActionTarget, ChangeKind, EpochMs } from '#model';
import { ShopError, invalid } from '../errors.ts';
import type { Shop } from '../shop.ts';
import { text, wholeNumber, type ActionRequest } from './action-request.ts';
import { specOf, type Component } from './targets.ts';

const INDEX_BUILD_SECONDS = 30;

/** What an action would change. */
export interface ActionPlan {
  /** Lines of a difference; empty when nothing would change. */
  readonly diff: readonly string[];
  readonly message: string;
  /** How the change shows on the change-events stream; left out for what leaves no trace there. */
  readonly change?: { readonly kind: ChangeKind; readonly summary: string };
  apply(shop: Shop, nowMs: EpochMs): void;
}

/**
 * Works out what an action would do, without doing it.
 * @throws ShopError SHOP_ACTION_UNSUPPORTED, SHOP_PARAMETER_INVALID
 */
export function planAction(request: ActionRequest, found: Component): ActionPlan {
  const { action, target, parameters } = request;
  switch (action) {
    case 'scale':
      return planScale(found, wholeNumber(parameters, 'replicas', 1, 20));
    case 'restart':
      return planRestart(found, target);
    case 'rollback':
      return planRollback(found);
    case 'rate-limit':
      return planRateLimit(
        found,
        wholeNumber(parameters, 'requestsPerSecond', 1, 10_000),
        wholeNumber(parameters, 'durationSeconds', 60, 3600)
      );
    case 'circuit-break':
      return planBreaker(found, wholeNumber(parameters, 'durationSeconds', 30, 3600));
    case 'set-memory-limit':
      return planMemoryLimit(found, wholeNumber(parameters, 'limitBytes', 67_108_864, 8_589_934_592));
    case 'create-index':
      return planIndex(found, text(parameters, 'table', 63), text(parameters, 'column', 63));
    case 'notify':
      return planNote(text(parameters, 'message', 4000), 'message recorded');
    case 'manual':
      return planNote(text(parameters, 'description', 4000), 'left to a person');
  }
}

/**
 * Works out how to put a component back into an earlier state. What the state does not name stays.
 * @throws ShopError SHOP_PARAMETER_INVALID
 */
export function planRestore(found: Component, spec: Readonly<Record<string, unknown>>): ActionPlan {
  const before = specOf(found);
  const wanted = Object.keys(before).filter((field) => RESTORABLE.has(field) && spec[field] !== undefined);
  const steps = wanted.flatMap((field) => (before[field] === spec[field] ? [] : [field]));
  return {
    diff: steps.flatMap((field) => changed(field, before[field], spec[field])),
    message: steps.length === 0 ? 'it is in that state already' : `${steps.join(', ')} put back`,
    change: { kind: 'config', summary: `put back: ${steps.join(', ')}` },
    apply(shop, nowMs) {
      for (const field of steps) {
        restoreField(found, field, spec, { shop, nowMs });
      }
    },
  };
}

const RESTORABLE: ReadonlySet<string> = new Set([
  'replicas',
  'memoryLimitBytes',
  'version',
  'rateLimitPerSecond',
  'circuitBreaker',
]);

function restoreField(
  found: Component,
  field: string,
  spec: Readonly<Record<string, unknown>>,
  { shop, nowMs }: { readonly shop: Shop; readonly nowMs: EpochMs }
): void {
  switch (field) {
    case 'replicas':
      planScale(found, wholeNumber(spec, field, 1, 20)).apply(shop, nowMs);
      break;
    case 'memoryLimitBytes':
      planMemoryLimit(found, wholeNumber(spec, field, 67_108_864, 8_589_934_592)).apply(shop, nowMs);
      break;
    case 'version':
      if (found.kind === 'deployment') {
        shop.deploy(found.component, text(spec, field, 40), nowMs);
      }
      break;
    default:
      lift(found, field, spec, shop, nowMs);
  }
}

/** Takes a limit off, or puts the earlier one back for an hour. */
function lift(
  found: Component,
  field: string,
  spec: Readonly<Record<string, unknown>>,
  shop: Shop,
  nowMs: EpochMs
): void {
  if (field === 'rateLimitPerSecond' && (found.kind === 'deployment' || found.kind === 'edge')) {
    const { component } = found;
    if (spec[field] === null) {
      shop.schedule(nowMs, () => {
        component.limiter = undefined;
      });
    } else {
      planRateLimit(found, wholeNumber(spec, field, 1, 10_000), 3600).apply(shop, nowMs);
    }
  }
  if (field === 'circuitBreaker' && found.kind === 'edge' && spec[field] === false) {
    const { component } = found;
    shop.schedule(nowMs, () => {
      component.breaker = undefined;
    });
  }
}

function unsupported(action: string, found: Component): ShopError {
  return new ShopError('SHOP_ACTION_UNSUPPORTED', `${action} does not apply to a ${found.kind}.`);
}

function changed(field: string, from: unknown, to: unknown): readonly string[] {
  return from === to ? [] : [`- ${field}: ${String(from)}`, `+ ${field}: ${String(to)}`];
}

function planScale(found: Component, replicas: number): ActionPlan {
  if (found.kind !== 'deployment') {
    throw unsupported('scale', found);
  }
  const { component } = found;
  const from = component.state.replicas;
  return {
    diff: changed('replicas', from, replicas),
    message: from === replicas ? `already at ${replicas} replicas` : `scaled from ${from} to ${replicas} replicas`,
    change: { kind: 'scale', summary: `${component.spec.name} scaled from ${from} to ${replicas}` },
    apply(shop, nowMs) {
      component.state.replicas = replicas;
      shop.schedule(nowMs, () => component.scale(replicas, shop.simulatedMs));
    },
  };
}

function planRestart(found: Component, target: ActionTarget): ActionPlan {
  const diff = [`~ ${target.kind} ${target.name}: restart`];
  const message = `restart of ${target.name} begun`;
  if (found.kind === 'deployment') {
    return { diff, message, apply: (shop, nowMs) => shop.roll(found.component, nowMs) };
  }
  if (found.kind === 'edge') {
    throw unsupported('restart', found);
  }
  return {
    diff,
    message,
    apply: (shop, nowMs) => shop.schedule(nowMs, () => found.component.restart(shop.simulatedMs)),
  };
}

function planRollback(found: Component): ActionPlan {
  if (found.kind !== 'deployment') {
    throw unsupported('rollback', found);
  }
  const { component } = found;
  const { version, previousVersion } = component.state;
  return {
    diff: changed('version', version, previousVersion),
    message:
      version === previousVersion ? 'there is no earlier version' : `rolled back from ${version} to ${previousVersion}`,
    apply: (shop, nowMs) => shop.deploy(component, previousVersion, nowMs),
  };
}

function planRateLimit(found: Component, perSecond: number, seconds: number): ActionPlan {
  if (found.kind !== 'deployment' && found.kind !== 'edge') {
    throw unsupported('rate-limit', found);
  }
  const { component } = found;
  return {
    diff: [
      ...changed('rateLimitPerSecond', component.limiter?.ratePerSecond ?? 'none', perSecond),
      `+ rateLimitSeconds: ${seconds}`,
    ],
    message: `limited to ${perSecond} requests per second for ${seconds} s`,
    change: { kind: 'config', summary: `rate limit of ${perSecond} requests per second for ${seconds} s` },
    apply(shop, nowMs) {
      shop.schedule(nowMs, () => {
        component.limit(perSecond, shop.components.time.seconds);
        const { limiter } = component;
        shop.schedule(nowMs + seconds * 1000, () => {
          if (component.limiter === limiter) {
            component.limiter = undefined;
            component.revision++;
          }
        });
      });
    },
  };
}

function planBreaker(found: Component, seconds: number): ActionPlan {
  if (found.kind !== 'edge') {
    throw unsupported('circuit-break', found);
  }
  const { component } = found;
  return {
    diff: [...changed('circuitBreaker', component.breaker !== undefined, true), `+ circuitBreakerSeconds: ${seconds}`],
    message: `circuit breaker on for ${seconds} s`,
    change: { kind: 'config', summary: `circuit breaker towards ${component.spec.callee} for ${seconds} s` },
    apply(shop, nowMs) {
      shop.schedule(nowMs, () => {
        component.protect();
        const { breaker } = component;
        shop.schedule(nowMs + seconds * 1000, () => {
          if (component.breaker === breaker) {
            component.breaker = undefined;
            component.revision++;
          }
        });
      });
    },
  };
}

function planMemoryLimit(found: Component, limitBytes: number): ActionPlan {
  if (found.kind !== 'deployment' && found.kind !== 'cache') {
    throw unsupported('set-memory-limit', found);
  }
  const from = found.kind === 'cache' ? found.component.maxMemoryBytes : found.component.state.memoryLimitBytes;
  return {
    diff: changed('memoryLimitBytes', from, limitBytes),
    message:
      from === limitBytes ? 'the limit is that already' : `memory limit changed from ${from} to ${limitBytes} bytes`,
    change: { kind: 'config', summary: `memory limit changed from ${from} to ${limitBytes} bytes` },
    apply(shop, nowMs) {
      if (found.kind === 'cache') {
        found.component.maxMemoryBytes = limitBytes;
      } else {
        found.component.state.memoryLimitBytes = limitBytes;
        shop.roll(found.component, nowMs);
      }
    },
  };
}

function planIndex(found: Component, table: string, column: string): ActionPlan {
  if (found.kind !== 'database') {
    throw unsupported('create-index', found);
  }
  const { component } = found;
  const state = component.tables.get(table);
  if (!state) {
    throw invalid('parameters.table', `one of ${[...component.tables.keys()].join(', ')}`);
  }
  if (!state.spec.columns.includes(column)) {
    throw invalid('parameters.column', `one of ${state.spec.columns.join(', ')}`);
  }
  const name = `${table}_${column}_idx`;
  return {
    diff: state.indexed.has(column) ? [] : [`+ CREATE INDEX CONCURRENTLY ${name} ON ${table} (${column})`],
    message: state.indexed.has(column) ? `${name} exists already` : `${name} is being built`,
    change: { kind: 'migration', summary: `index ${name} created concurrently` },
    apply(shop, nowMs) {
      shop.schedule(nowMs + INDEX_BUILD_SECONDS * 1000, () => state.indexed.add(column));
    },
  };
}

function planNote(note: string, message: string): ActionPlan {
  return { diff: [`+ ${note}`], message, apply: () => undefined };
}
