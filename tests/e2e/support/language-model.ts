/**
 * Says in the settings of the demo's data source which language model there is; undefined takes it away.
 * @param host  of the demo, without trailing slash
 */
export async function configureModel(host: string, llm: object | undefined): Promise<void> {
  const address = `${host}/api/datasources/uid/causeway`;
  const { jsonData } = (await (await fetch(address)).json()) as { jsonData: Record<string, unknown> };
  const { llm: _before, ...rest } = jsonData;
  const body = JSON.stringify({
    jsonData: { ...rest, ...(llm ? { llm } : {}) },
    secureJsonData: { llmApiKey: 'test-key' },
  });
  const answer = await fetch(address, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body });
  if (!answer.ok) {
    throw new Error(`The language model was not configured: HTTP ${answer.status}`);
  }
}
