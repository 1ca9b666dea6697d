import type { AppSettings } from '#contracts';

/** What the configuration form holds while it is edited. */
export interface SettingsDraft {
  readonly executorUrl: string;
  readonly datasourceUid: string;
  /** New token; empty leaves the stored one as it is. */
  readonly executorToken: string;
}

/** Messages by field; empty when the draft can be saved. */
export type SettingsErrors = Partial<Readonly<Record<keyof SettingsDraft, string>>>;

/** Checks the fields before they are saved. Both may be empty: analysis works without an executor. */
export function checkSettings(draft: SettingsDraft): SettingsErrors {
  const url = draft.executorUrl.trim();
  if (url === '') {
    return {};
  }
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { executorUrl: 'Enter a whole URL, for example http://executor:8080' };
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    return { executorUrl: 'The URL must begin with http:// or https://' };
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return { executorUrl: 'Leave user name and password out of the URL; the token below identifies Grafana.' };
  }
  if (parsed.search !== '' || parsed.hash !== '') {
    return { executorUrl: 'Leave out everything after ? or #' };
  }
  return {};
}

/** `jsonData` to be saved. A slash at the end of the URL is dropped, since paths are appended to it. */
export function toJsonData(draft: SettingsDraft): AppSettings {
  const executorUrl = draft.executorUrl.trim().replace(/\/+$/, '');
  const datasourceUid = draft.datasourceUid.trim();
  return { ...(executorUrl === '' ? {} : { executorUrl }), ...(datasourceUid === '' ? {} : { datasourceUid }) };
}

/** The same settings as a provisioning file, to be copied. The token is read from the environment there. */
export function toProvisioningYaml(settings: AppSettings): string {
  const lines = Object.entries(settings).map(([key, value]) => `      ${key}: ${JSON.stringify(value)}`);
  return [
    'apiVersion: 1',
    'apps:',
    '  - type: causeway-aiops-app',
    '    org_id: 1',
    '    disabled: false',
    lines.length === 0 ? '    jsonData: {}' : '    jsonData:',
    ...lines,
    '    secureJsonData:',
    '      executorToken: $CAUSEWAY_EXECUTOR_TOKEN',
    '',
  ].join('\n');
}
