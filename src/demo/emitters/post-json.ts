const DEADLINE_MS = 5000;

/** Posts JSON with a deadline of 5 s. @throws Error unless the receiver answers 2xx */
export async function postJson(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(DEADLINE_MS),
    redirect: 'error',
  });
  await response.body?.cancel();
  if (!response.ok) {
    throw new Error(`${new URL(url).host} answered ${response.status}`);
  }
}
