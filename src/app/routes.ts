import { APP_PLUGIN_ID } from '#model';

/** Where the pages of the app begin. */
export const APP_BASE_PATH = `/a/${APP_PLUGIN_ID}`;

/** Absolute paths of the pages. */
export const PAGE_PATHS = {
  overview: `${APP_BASE_PATH}/overview`,
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

/** Permission to propose, approve and reject actions. */
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

/** Address of one tab of the runbooks page. */
export function toRunbooksUrl(tab: string): string {
  return `${PAGE_PATHS.runbooks}?tab=${encodeURIComponent(tab)}`;
}
