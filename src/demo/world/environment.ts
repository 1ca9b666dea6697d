import { readFileSync } from 'node:fs';
import { ShopError } from '../shop/index.ts';

/** Settings of the world process. */
export interface WorldEnvironment {
  /** 0 = any free port. */
  readonly port: number;
  readonly host: string;
  readonly seed: string;
  readonly historyMinutes: number;
  readonly speed: number;
  /** The platform API is off without it. */
  readonly platformToken: string | undefined;
  /** Simulated time at start; the real time without it. */
  readonly startMs: number | undefined;
  readonly lokiPushUrl: string | undefined;
  readonly otlpUrl: string | undefined;
  /** Whether the clock may not be changed, since others tell the time by their own clocks. */
  readonly realTimeOnly: boolean;
}

/**
 * Reads the settings from environment variables.
 * @throws ShopError SHOP_ENVIRONMENT_INVALID naming the variable
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): WorldEnvironment {
  return {
    port: number(env, 'CAUSEWAY_WORLD_PORT', 0, 0, 65_535) ?? 0,
    host: env.CAUSEWAY_WORLD_HOST || '127.0.0.1',
    seed: env.CAUSEWAY_SEED || '1',
    historyMinutes: number(env, 'CAUSEWAY_HISTORY_MINUTES', 180, 0, 10_080) ?? 180,
    speed: number(env, 'CAUSEWAY_SPEED', 1, 0, 600) ?? 1,
    platformToken: env.CAUSEWAY_PLATFORM_TOKEN || tokenFrom(env.CAUSEWAY_PLATFORM_TOKEN_FILE),
    startMs: number(env, 'CAUSEWAY_START_MS', undefined, 1e12, 1e13),
    lokiPushUrl: url(env, 'CAUSEWAY_LOKI_PUSH_URL'),
    otlpUrl: url(env, 'CAUSEWAY_OTLP_URL'),
    realTimeOnly: false,
  };
}

function tokenFrom(path: string | undefined): string | undefined {
  if (path === undefined || path === '') {
    return undefined;
  }
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (cause) {
    const detail = 'CAUSEWAY_PLATFORM_TOKEN_FILE must name a readable file.';
    throw new ShopError('SHOP_ENVIRONMENT_INVALID', detail, { cause });
  }
}

function number(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  fallback: number | undefined,
  min: number,
  max: number
): number | undefined {
  const text = env[name]?.trim();
  if (text === undefined || text === '') {
    return fallback;
  }
  const value = Number(text);
  if (!Number.isFinite(value) || value < min || value > max) {
    throw new ShopError('SHOP_ENVIRONMENT_INVALID', `${name} must be a number from ${min} to ${max}.`);
  }
  return value;
}

function url(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const text = env[name]?.trim();
  if (text === undefined || text === '') {
    return undefined;
  }
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new ShopError('SHOP_ENVIRONMENT_INVALID', `${name} must be an http or https address.`);
  }
  return text;
}
