import { ACTION_CATALOGUE } from '../actions/catalogue.ts';
import type { ExecutorContext } from '../context.ts';

/** How many of the newest incidents have their times shown: enough for a mean, few enough as label values. */
const INCIDENTS_SHOWN = 50;

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * The key figures of A7.10 and the executor's own state, in Prometheus' text format.
 *
 * All numbers are counted from the ledger, so counters survive a restart. Times are gauges per incident (the newest 50), because
 * `avg(incident_resolution_time_seconds)` has to be the mean over incidents. Attempts and successes carry no labels, so that one
 * divides by the other. Deduplicated alerts are those that became an incident, raw alerts all reports received.
 */
export async function renderMetrics(context: ExecutorContext): Promise<string> {
  const families = [
    ...(await incidentFamilies(context)),
    ...(await alertFamilies(context)),
    ...(await remediationFamilies(context)),
    ...(await stateFamilies(context)),
  ];
  return families.map(renderFamily).join('');
}

async function incidentFamilies({ ledger }: ExecutorContext): Promise<readonly Family[]> {
  const times = await ledger.read.incidents.times(INCIDENTS_SHOWN);
  const counts = await ledger.read.incidents.counts();
  const labels = ({ id, service }: { id: string; service: string }) => ({ incident: id, service });
  const seconds = (fromMs: number, toMs: number) => Math.max(0, (toMs - fromMs) / 1000);
  return [
    {
      name: 'incident_detection_time_seconds',
      type: 'gauge',
      help: 'From the first anomalous sample to detection, newest 50 incidents.',
      samples: times.map((one) => [labels(one), seconds(one.onsetMs, one.detectedMs)]),
    },
    {
      name: 'incident_resolution_time_seconds',
      type: 'gauge',
      help: 'From the first anomalous sample to resolution, newest 50 incidents that are resolved.',
      samples: times.flatMap((one): Sample[] =>
        one.resolvedMs === null ? [] : [[labels(one), seconds(one.onsetMs, one.resolvedMs)]]
      ),
    },
    counter('alerts_raw_total', 'Reports of incidents received.', counts.reported),
    counter('alerts_deduplicated_total', 'Reports that opened an incident.', counts.opened),
    gauge('causeway_executor_open_incidents', 'Incidents that are open.', counts.open),
  ];
}

async function alertFamilies({ ledger }: ExecutorContext): Promise<readonly Family[]> {
  const { firing, resolved, waiting } = await ledger.read.alerts.counts();
  return [
    {
      name: 'causeway_executor_alerts',
      type: 'gauge',
      help: 'Alerts by webhook that are kept, by status.',
      samples: [
        [{ status: 'firing' }, firing],
        [{ status: 'resolved' }, resolved],
      ],
    },
    gauge('causeway_executor_alerts_waiting', 'Alerts that fire and belong to no incident.', waiting),
  ];
}

async function remediationFamilies({ ledger }: ExecutorContext): Promise<readonly Family[]> {
  const effects = await ledger.read.executions.effects();
  const sum = (wanted: (effect: (typeof effects)[number]) => boolean) =>
    effects.filter(wanted).reduce((total, effect) => total + effect.count, 0);
  return [
    counter(
      'remediation_attempts_total',
      'Approved actions that took effect.',
      sum(() => true)
    ),
    counter(
      'remediation_success_total',
      'Actions after which every check passed.',
      sum(({ outcome }) => outcome === 'recovered')
    ),
    {
      name: 'remediation_actions_total',
      type: 'counter',
      help: 'Approved actions that took effect, by action.',
      samples: [
        ...new Set([...ACTION_CATALOGUE.map(({ action }) => action), ...effects.map(({ action }) => action)]),
      ].map((action) => [{ action }, sum((effect) => effect.action === action)]),
    },
  ];
}

async function stateFamilies({ ledger, clock, audit }: ExecutorContext): Promise<readonly Family[]> {
  const byStatus = new Map((await ledger.read.executions.countByStatus()).map(({ status, count }) => [status, count]));
  const { frozen } = await ledger.read.settings.freeze();
  const pending = await ledger.read.plans.pendingCount(clock.now());
  const entries = (await ledger.read.audit.last())?.sequence ?? 0;
  const messages = await ledger.read.notifications.counts();
  const held = await ledger.read.executions.heldTargets();
  return [
    gauge('causeway_executor_pending_approvals', 'Plans that wait for a decision.', pending),
    gauge('causeway_executor_audit_ok', '1 while the audit chain holds.', audit.ok() ? 1 : 0),
    gauge('causeway_executor_audit_entries', 'Length of the audit chain; it never falls.', entries),
    gauge(
      'causeway_executor_ledger_writable',
      '0 after a failed write, for example on a full disk.',
      ledger.writable() ? 1 : 0
    ),
    gauge('causeway_executor_held_targets', 'Targets that wait for a person.', held.length),
    gauge('causeway_executor_notifications_waiting', 'Messages that wait for their channel.', messages.waiting),
    counter('causeway_executor_notifications_sent_total', 'Messages that a channel took.', messages.sent),
    counter('causeway_executor_notifications_dropped_total', 'Messages that were given up.', messages.dropped),
    gauge('causeway_executor_frozen', '1 while the kill switch is set.', frozen ? 1 : 0),
    {
      name: 'causeway_executor_executions',
      type: 'gauge',
      help: 'Executions by status.',
      samples: (['running', 'verifying', 'finished', 'needs-human'] as const).map((status) => [
        { status },
        byStatus.get(status) ?? 0,
      ]),
    },
  ];
}

function counter(name: string, help: string, value: number): Family {
  return { name, type: 'counter', help, samples: [[{}, value]] };
}

function gauge(name: string, help: string, value: number): Family {
  return { name, type: 'gauge', help, samples: [[{}, value]] };
}

function renderFamily({ name, type, help, samples }: Family): string {
  const lines = samples.map(([labels, value]) => `${name}${renderLabels(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
