import { APP_PLUGIN_ID } from '#model';

/** Where the pages of the app begin. */
export const APP_BASE_PATH = `/a/${APP_PLUGIN_ID}`;

/** Absolute paths of the pages. */
export const PAGE_PATHS = {
  overview: `${APP_BASE_PATH}/overview`,
  incidents: `${APP_BASE_PATH}/incidents`,
  anomalies: `${APP_BASE_PATH}/anomalies`,
  topology: `${APP_BASE_PATH}/topology`,
  rca: `${APP_BASE_PATH}/rca`,
  runbooks: `${APP_BASE_PATH}/runbooks`,
  configuration: `/plugins/${APP_PLUGIN_ID}`,
} as const;

/** Plugin id of the Causeway datasource. */
export const DATASOURCE_PLUGIN_ID = 'causeway-aiops-datasource';

/** Plugin id of the nested panel that shows scores. */
export const SCORE_PANEL_ID = 'causeway-anomalyscore-panel';

/** Permission to ask for an action, which somebody else approves. */
export const PROPOSE_PERMISSION = `${APP_PLUGIN_ID}.plans:propose`;

/** Permission to approve and reject actions, to stop them, and to freeze. */
export const EXECUTE_PERMISSION = `${APP_PLUGIN_ID}.actions:execute`;

/** Permission to acknowledge and label anomalies. */
export const LABEL_PERMISSION = `${APP_PLUGIN_ID}.labels:write`;

/** Address of the RCA page for a known incident. */
export function toIncidentUrl(incidentId: string): string {
  return `${PAGE_PATHS.rca}?incident=${encodeURIComponent(incidentId)}`;
}

/** Address of one tab of the anomalies page. */
export function toAnomaliesUrl(tab: string): string {
  return `${PAGE_PATHS.anomalies}?tab=${encodeURIComponent(tab)}`;
}

/** Address of one tab of the runbooks page; for proposals with the incident, and the runbook whose form is shown. */
export function toRunbooksUrl(tab: string, chosen: { incident?: string; runbook?: string } = {}): string {
  return `${PAGE_PATHS.runbooks}?${new URLSearchParams({ tab, ...chosen }).toString()}`;
}
