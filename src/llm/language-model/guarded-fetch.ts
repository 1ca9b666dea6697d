import { BadReply } from './reply-errors.ts';

const MAX_RESPONSE_BYTES = 1024 * 1024;

/** An answer passed the limit of bytes. */
export class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
  readonly limit = MAX_RESPONSE_BYTES;
}

/** Follows no redirect, which would carry the key elsewhere, and ends an answer that passes 1 MiB. */
export async function guardedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: 'error' });
  let size = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      size += chunk.byteLength;
      if (size > MAX_RESPONSE_BYTES) {
        controller.error(new ResponseTooLarge());
      } else {
        controller.enqueue(chunk);
      }
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body?.pipeThrough(limit) ?? null, { status, statusText, headers });
}

/** The body of an answer in one piece. @throws BadReply when it is no JSON */
export async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BadReply('no JSON.');
  }
}
