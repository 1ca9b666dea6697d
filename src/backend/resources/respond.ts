import type { ResourceError } from '#contracts';
import { type Failure, toFailure } from '../errors.ts';
import type { CallResourceResponse, HeaderLists } from '../grpc/messages.ts';

/** Answers depend on settings and on now: nothing between browser and backend may keep them. */
const BASE_HEADERS = {
  'Cache-Control': { values: ['no-store'] },
  'X-Content-Type-Options': { values: ['nosniff'] },
} as const satisfies HeaderLists;

/** A JSON answer in one message. */
export function toJson(code: number, body: unknown, headers: HeaderLists = {}): CallResourceResponse {
  return {
    code,
    headers: { ...BASE_HEADERS, 'Content-Type': { values: ['application/json; charset=utf-8'] }, ...headers },
    body: Buffer.from(JSON.stringify(body), 'utf8'),
  };
}

/** Part of a file in one message: below what hosts take by default. */
const FILE_PART_BYTES = 512 * 1024;

/** Sends a file to be saved, in as many messages as it needs. */
export async function sendFile(
  send: (part: CallResourceResponse) => Promise<void>,
  { name, type, text }: { readonly name: string; readonly type: string; readonly text: string }
): Promise<void> {
  const body = Buffer.from(text, 'utf8');
  const headers = {
    ...BASE_HEADERS,
    'Content-Type': { values: [`${type}; charset=utf-8`] },
    'Content-Disposition': { values: [`attachment; filename="${name}"`] },
  };
  await send({ code: 200, headers, body: body.subarray(0, FILE_PART_BYTES) });
  for (let at = FILE_PART_BYTES; at < body.length; at += FILE_PART_BYTES) {
    await send({ body: body.subarray(at, at + FILE_PART_BYTES) });
  }
}

/** First message of a stream of JSON lines. */
export function toStreamStart(): CallResourceResponse {
  return {
    code: 200,
    headers: { ...BASE_HEADERS, 'Content-Type': { values: ['application/x-ndjson; charset=utf-8'] } },
    body: Buffer.alloc(0),
  };
}

/** One line of a stream. */
export function toLine(value: unknown): CallResourceResponse {
  return { body: Buffer.from(`${JSON.stringify(value)}\n`, 'utf8') };
}

/** An error answer: `{ code, message, remedy }` with the status of the failure. */
export function toErrorResponse(error: unknown, headers: HeaderLists = {}): CallResourceResponse {
  const { code, message, remedy, status }: Failure = toFailure(error);
  const body: ResourceError = { code, message, remedy };
  return toJson(status, body, headers);
}
