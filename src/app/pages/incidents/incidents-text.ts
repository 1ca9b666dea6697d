import type { AlertRecord, IncidentRecord } from '#contracts';
import { formatDuration, formatTime } from '#ui';
import type { IncidentsAddress } from './incidents-address.ts';

/** Everything the page says, in one place. */
export const INCIDENT_TEXTS = {
  reading: 'Reading incidents',
  readingAlerts: 'Reading alerts',
  caption: 'Newest first. The list is read again every few seconds.',
  search: { label: 'Search', placeholder: 'Service, cause, person or incident id', clear: 'Clear the search' },
  status: { label: 'State', options: { open: 'Open', resolved: 'Resolved', all: 'All' } },
  origin: {
    label: 'Noticed by',
    options: { all: 'Everybody', watch: 'The watch', alert: 'Alerts', person: 'Persons' },
  },
  mine: 'Mine only',
  filters: 'Search and filters',
  columns: {
    incident: 'Incident',
    state: 'State',
    cause: 'Probable cause',
    assignee: 'Taken care of by',
    alerts: 'Alerts',
  },
  symptom: { latency: 'Slow', errors: 'Errors' },
  state: { open: 'Open', resolved: 'Resolved' },
  nobody: 'Nobody',
  you: 'you',
  take: 'Take it',
  release: 'Give it back',
  hand: 'Hand over',
  handTo: 'Login of the person',
  save: 'Save',
  cancel: 'Cancel',
  showAlerts: 'Alerts',
  hideAlerts: 'Hide alerts',
  alertColumns: { name: 'Alert', state: 'State', since: 'Since', labels: 'Labels' },
  alertState: { firing: 'Firing', resolved: 'Resolved' },
  noAlerts: 'No alert belongs to this incident. The watch found it by itself, or alerts are not sent to the executor.',
  moreAlerts: 'Only the newest alerts are shown.',
  empty: {
    open: {
      title: 'No open incident',
      text: 'Nothing is going on that the watch, an alert or a person has reported.',
    },
    none: { title: 'No incident', text: 'None has been reported yet.' },
    filtered: { title: 'No incident fits', text: 'Take away a filter, or search for something else.' },
  },
} as const;

/** Who noticed an incident. */
export function describeOrigin({ origin, openedBy }: Pick<IncidentRecord, 'origin' | 'openedBy'>): string {
  switch (origin) {
    case 'watch':
      return 'Noticed by the watch';
    case 'alert':
      return openedBy === '' ? 'Noticed by an alert' : `Noticed by the alert ${openedBy}`;
    case 'person':
      return openedBy === '' ? 'Declared by a person' : `Declared by ${openedBy}`;
  }
}

/** How long it lasts or lasted, and what ended it. */
export function describeLength(
  { status, onsetMs, resolvedMs, resolvedBy }: Pick<IncidentRecord, 'status' | 'onsetMs' | 'resolvedMs' | 'resolvedBy'>,
  nowMs: number
): string {
  if (status === 'open') {
    return `for ${formatDuration(nowMs - onsetMs)}`;
  }
  const length = resolvedMs === null ? '' : `after ${formatDuration(resolvedMs - onsetMs)}`;
  return resolvedBy === 'action' ? `${length}, by an approved action` : length;
}

/** The name of an incident, as every page says it. */
export function nameIncident({ symptom, service }: Pick<IncidentRecord, 'symptom' | 'service'>): string {
  return `${INCIDENT_TEXTS.symptom[symptom]}: ${service}`;
}

/** How many are shown, for those who do not see the list. */
export function describeCount(count: number, hasMore: boolean): string {
  const noun = count === 1 ? 'incident' : 'incidents';
  return hasMore ? `The newest ${count} ${noun}` : `${count} ${noun}`;
}

/** Why the list is empty. */
export function chooseEmptyText(address: IncidentsAddress): { readonly title: string; readonly text: string } {
  const { empty } = INCIDENT_TEXTS;
  if (address.q.trim() !== '' || address.origin !== 'all' || address.mine || address.status === 'resolved') {
    return empty.filtered;
  }
  return address.status === 'open' ? empty.open : empty.none;
}

/** When an alert began and ended. */
export function describeAlertTimes({ startsAtMs, endsAtMs }: Pick<AlertRecord, 'startsAtMs' | 'endsAtMs'>): string {
  return endsAtMs === null
    ? formatTime(startsAtMs)
    : `${formatTime(startsAtMs)}, ended after ${formatDuration(endsAtMs - startsAtMs)}`;
}
