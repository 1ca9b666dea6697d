import { grafanaModel, type LanguageModel, messagesModel } from '#llm';
import type { Datasource } from '../datasource/datasource.ts';

/** The language model that the settings name. Opens no connection until it is asked. */
export function toLanguageModel({ settings, secrets }: Pick<Datasource, 'settings' | 'secrets'>): LanguageModel {
  const { provider, model, baseUrl } = settings.llm;
  if (provider === 'grafana-llm-app') {
    return grafanaModel({ grafanaUrl: settings.grafana?.url ?? '', token: secrets.grafanaSecret ?? '', model });
  }
  return messagesModel({ apiKey: secrets.llmApiKey ?? '', model, ...(baseUrl === undefined ? {} : { baseUrl }) });
}
