import { formatClock } from '#engine';
import type { Labels, ServiceName } from '#model';
import { fetchFiredAlerts, type FiredAlert, FIRING_ALERTS } from '#telemetry';
import type { DetailPart, DetailSource, DetailSubject, Finding } from './detail-part.ts';
import { oneLine } from './one-line.ts';

const HISTORY_MS = 24 * 3_600_000;
const STEP_SECONDS = 60;
const MAX_ALERTS = 8;
const MAX_NAME = 120;
/** Labels that name what an alert is about, as rules carry them. */
const NAMING = [
  'service',
  'service_name',
  'app',
  'app_kubernetes_io_name',
  'deployment',
  'statefulset',
  'workload',
  'container',
  'server',
  'job',
  'pod',
];

/** Alerts of Prometheus' rules about causes, path and target around the window, and how often they fired in the day before. */
export async function collectAlerts(
  { upstreams: { prometheus } }: DetailSource,
  { services, report }: DetailSubject,
  part: DetailPart
): Promise<void> {
  const { fromMs, toMs } = report.window;
  const alerts = await part.read('prometheus:alerts', (signal) =>
    fetchFiredAlerts(
      prometheus,
      { fromMs: fromMs - HISTORY_MS, toMs },
      STEP_SECONDS,
      (labels) => concerned(labels, services) !== undefined,
      signal
    )
  );
  const found = (alerts ?? []).flatMap((alert) => {
    const service = concerned(alert.labels, services);
    const during = alert.firing.filter((stretch) => stretch.toMs >= fromMs);
    const first = during[0];
    return service !== undefined && first
      ? [{ alert, service, first, earlier: alert.firing.length - during.length }]
      : [];
  });
  part.findings.push(
    ...found
      .toSorted((left, right) => left.first.fromMs - right.first.fromMs)
      .slice(0, MAX_ALERTS)
      .map((item) => toFinding(item, report.window))
  );
}

/** The service that an alert is about; pods count for their workload. */
function concerned(labels: Labels, services: readonly ServiceName[]): ServiceName | undefined {
  const names = NAMING.flatMap((label) => labels[label] ?? []);
  const pod = labels['pod'] ?? '';
  return (
    services.find((service) => names.includes(service)) ??
    services.toSorted((left, right) => right.length - left.length).find((service) => pod.startsWith(`${service}-`))
  );
}

function toFinding(
  {
    alert,
    service,
    first,
    earlier,
  }: {
    readonly alert: FiredAlert;
    readonly service: ServiceName;
    readonly first: FiredAlert['firing'][number];
    readonly earlier: number;
  },
  window: DetailSubject['report']['window']
): Finding {
  const name = oneLine(alert.labels['alertname'] ?? 'without a name', MAX_NAME);
  const severity = oneLine(alert.labels['severity'] ?? '', 40);
  const isOn = window.toMs - first.toMs <= 3 * STEP_SECONDS * 1000;
  const since = formatClock(first.fromMs);
  const state = isOn
    ? `has fired since ${since} and still fires at the end of the window`
    : `fired from ${since} until ${formatClock(first.toMs)}`;
  const before =
    earlier === 0
      ? 'It did not fire in the 24 h before.'
      : `It fired ${earlier} ${earlier === 1 ? 'time' : 'times'} in the 24 h before.`;
  return {
    source: 'alert',
    service,
    statement: `${oneLine(service, MAX_NAME)}: the alert "${name}"${severity === '' ? '' : ` (${severity})`} ${state}. ${before}`,
    query: FIRING_ALERTS,
    language: 'promql',
    window,
    atMs: first.fromMs,
    observed: earlier,
    unit: 'count',
  };
}
