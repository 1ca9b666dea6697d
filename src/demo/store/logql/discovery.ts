import type { LabelSet } from '../tsdb/labels.ts';
import { labelValue, withLabel } from '../tsdb/labels.ts';

/** Label that Loki adds to every line it stores. */
export const DETECTED_LEVEL = 'detected_level';

const SERVICE_LABELS = [
  'service',
  'app',
  'application',
  'app_name',
  'name',
  'app_kubernetes_io_name',
  'container',
  'container_name',
  'k8s_container_name',
  'component',
  'workload',
  'job',
  'k8s_job_name',
];
const LEVEL_LABELS = ['level', 'LEVEL', 'Level', 'severity', 'SEVERITY', 'Severity', 'lvl', 'LVL', 'Lvl'];
const JSON_LEVEL = new RegExp(`"(?:${LEVEL_LABELS.join('|')})"\\s*:\\s*"([^"\\\\]*)"`);
const LOGFMT_LEVEL = new RegExp(`(?:^|\\s)(?:${LEVEL_LABELS.join('|')})="?([^\\s"]*)`, 'i');
const LEVELS: readonly (readonly [level: string, spellings: readonly string[]])[] = [
  ['trace', ['trace', 'trc']],
  ['debug', ['debug', 'dbg']],
  ['info', ['info', 'inf', 'information']],
  ['warn', ['warn', 'wrn', 'warning']],
  ['error', ['error', 'err']],
  ['critical', ['critical']],
  ['fatal', ['fatal']],
];
const LEVEL_WORD =
  /(?<=^|[ \t\n[({"=])(trace|debug|fatal|critical|error|err|warning|warn|info)(?=$|[ \t\n[\](){}:,!"=])/;

/** Adds `service_name` from other labels where a stream has none, as Loki does on arrival. */
export function discoverServiceName(labels: LabelSet): LabelSet {
  if (labelValue(labels, 'service_name') !== '') {
    return labels;
  }
  const source = SERVICE_LABELS.find((name) => labelValue(labels, name) !== '');
  return withLabel(labels, 'service_name', source === undefined ? 'unknown_service' : labelValue(labels, source));
}

/** The level of a line: from a label of its stream, else a field of the line, else the first level word in it, else `unknown`. */
export function detectLevel(labels: LabelSet, line: string): string {
  const label = LEVEL_LABELS.find((name) => labelValue(labels, name) !== '');
  if (label !== undefined) {
    return normalise(labelValue(labels, label)) ?? labelValue(labels, label);
  }
  return normalise(levelField(line)) ?? normalise(LEVEL_WORD.exec(line.toLowerCase())?.[1] ?? '') ?? 'unknown';
}

function normalise(text: string): string | undefined {
  const lower = text.toLowerCase();
  return LEVELS.find(([, spellings]) => spellings.includes(lower))?.[0];
}

function levelField(line: string): string {
  const text = line.trim();
  const pattern = text.startsWith('{') && text.endsWith('}') ? JSON_LEVEL : LOGFMT_LEVEL;
  return pattern.exec(text)?.[1] ?? '';
}
