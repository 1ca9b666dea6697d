import type { IncomingMessage, ServerResponse } from 'node:http';
import { invalid, ShopError } from '../shop/index.ts';

const MAX_BODY_BYTES = 65_536;

/** A JSON object from a request. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a JSON object of at most 64 KiB. @throws ShopError SHOP_BODY_TOO_LARGE, SHOP_BODY_NOT_JSON */
export async function readJson(request: IncomingMessage): Promise<JsonObject> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY_BYTES) {
      throw new ShopError('SHOP_BODY_TOO_LARGE');
    }
    parts.push(part);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as JsonObject;
    }
  } catch (cause) {
    throw new ShopError('SHOP_BODY_NOT_JSON', undefined, { cause });
  }
  throw new ShopError('SHOP_BODY_NOT_JSON');
}

/** Sends JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(bytes);
}

/** Sends an error as `{code, message, remedy}`. */
export function sendError(response: ServerResponse, error: unknown): void {
  const known = error instanceof ShopError ? error : new ShopError('SHOP_INTERNAL', undefined, { cause: error });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (known.code === 'SHOP_BODY_TOO_LARGE') {
    response.setHeader('connection', 'close');
  }
  sendJson(response, known.status, { code: known.code, message: known.message, remedy: known.remedy });
}

/** A number within bounds from a request body. @throws ShopError SHOP_PARAMETER_INVALID naming the field */
export function numberField(body: JsonObject, name: string, min: number, max: number): number {
  const value = body[name];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max) {
    throw invalid(name, `a number from ${min} to ${max}`);
  }
  return value;
}
