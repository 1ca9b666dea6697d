import type { ServiceName } from '#model';
import type { GraphChoice } from '#ui';

/** What the address says about the page. */
export interface TopologyAddress {
  readonly service: ServiceName | undefined;
  /** The instant that is shown; the end of the time range when missing. */
  readonly atMs: number | undefined;
  /** How far before it lies what it is compared with. */
  readonly compareMs: number | undefined;
  readonly choice: GraphChoice;
}

const MAX_NAME = 253;
const YEAR_MS = 366 * 86_400_000;

/** Reads the query of the address; what is not known or makes no sense is left out. */
export function parseTopologyAddress(search: string): TopologyAddress {
  const query = new URLSearchParams(search);
  const service = toName(query.get('service'));
  const focus = toName(query.get('focus'));
  const hops = ([1, 2, 3] as const).find((item) => String(item) === query.get('hops')) ?? 1;
  const groupBy = (['namespace', 'team'] as const).find((item) => item === query.get('group'));
  const blastOf = toName(query.get('blast'));
  const atMs = toNumber(query.get('at'));
  const compareMs = toNumber(query.get('compare'));
  return {
    service,
    atMs,
    compareMs: compareMs !== undefined && compareMs > 0 && compareMs <= YEAR_MS ? compareMs : undefined,
    choice: {
      ...(focus === undefined ? {} : { focus: { name: focus, hops } }),
      ...(groupBy === undefined ? {} : { groupBy }),
      ...(blastOf === undefined ? {} : { blastOf }),
    },
  };
}

/** The query of the address; null takes a key away. Filters by health and opened groups are of the moment. */
export function toTopologyQuery({ service, atMs, compareMs, choice }: TopologyAddress): Record<string, string | null> {
  const { focus, groupBy, blastOf } = choice;
  return {
    service: service ?? null,
    at: atMs === undefined ? null : String(atMs),
    compare: compareMs === undefined ? null : String(compareMs),
    focus: focus?.name ?? null,
    hops: focus ? String(focus.hops) : null,
    group: groupBy ?? null,
    blast: blastOf ?? null,
  };
}

function toName(text: string | null): string | undefined {
  return text === null || text === '' ? undefined : text.slice(0, MAX_NAME);
}

function toNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}
