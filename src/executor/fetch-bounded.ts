/** Limits of one call to the platform. */
export interface HttpLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** A reply with a bounded body. */
export interface BoundedReply {
  readonly status: number;
  readonly text: string;
}

/**
 * One HTTP call with a deadline and a bounded reply; redirects are refused.
 * @throws Error on network trouble, time-out, abort, or a reply above `maxBytes`
 */
export async function fetchBounded(
  url: string,
  init: RequestInit,
  limits: HttpLimits,
  signal?: AbortSignal
): Promise<BoundedReply> {
  const deadline = AbortSignal.timeout(limits.timeoutMs);
  const response = await fetch(url, {
    ...init,
    redirect: 'error',
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  });
  return { status: response.status, text: await readBounded(response, limits.maxBytes) };
}

async function readBounded(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new Error(`reply is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
