import type { IncidentRecord } from '#contracts';
import type { IncidentFilter } from '../../api/executor-client.ts';

/** States the list can be narrowed to. */
export const STATUS_CHOICES = ['open', 'resolved', 'all'] as const;
/** Origins the list can be narrowed to. */
export const ORIGIN_CHOICES = ['all', 'watch', 'alert', 'person'] as const;

/** What the address says of the page. */
export interface IncidentsAddress {
  readonly q: string;
  readonly status: (typeof STATUS_CHOICES)[number];
  readonly origin: (typeof ORIGIN_CHOICES)[number];
  /** Only those that the reader takes care of. */
  readonly mine: boolean;
}

/** Longest search text. */
export const MAX_SEARCH = 200;

/** Reads the query of the address; what is not known falls back to the open incidents of everybody. */
export function parseIncidentsAddress(search: string): IncidentsAddress {
  const query = new URLSearchParams(search);
  return {
    q: (query.get('q') ?? '').slice(0, MAX_SEARCH),
    status: STATUS_CHOICES.find((item) => item === query.get('status')) ?? 'open',
    origin: ORIGIN_CHOICES.find((item) => item === query.get('origin')) ?? 'all',
    mine: query.get('mine') === '1',
  };
}

/** The query of the address; null takes a key away, so that the plain address is the plain page. */
export function toIncidentsQuery({ q, status, origin, mine }: IncidentsAddress): Record<string, string | null> {
  return {
    q: q === '' ? null : q,
    status: status === 'open' ? null : status,
    origin: origin === 'all' ? null : origin,
    mine: mine ? '1' : null,
  };
}

/** What the executor is asked for. */
export function toIncidentFilter({ q, status, origin, mine }: IncidentsAddress, login: string): IncidentFilter {
  const text = q.trim();
  return {
    ...(text === '' ? {} : { q: text }),
    ...(status === 'all' ? {} : { status: status satisfies IncidentRecord['status'] }),
    ...(origin === 'all' ? {} : { origin: origin satisfies IncidentRecord['origin'] }),
    ...(mine ? { assignee: login } : {}),
  };
}
