/** One query over a time range, as an address of Explore carries it. */
export interface ExploreQuery {
  readonly datasource: string;
  readonly text: string;
  readonly from: string;
  readonly to: string;
}

type Bag = Readonly<Record<string, unknown>>;

/** Reads the first query of the first pane; what cannot be read is left out. */
export function parseExploreAddress(search: string): Partial<ExploreQuery> {
  const panes = parse(new URLSearchParams(search).get('panes'));
  const pane = isBag(panes) ? Object.values(panes).find(isBag) : undefined;
  if (!pane) {
    return {};
  }
  const query = Array.isArray(pane.queries) ? (pane.queries as unknown[]).find(isBag) : undefined;
  const reference = isBag(query?.datasource) ? query.datasource.uid : undefined;
  const range = isBag(pane.range) ? pane.range : {};
  return onlyTexts({
    datasource: pane.datasource ?? reference,
    text: query?.expr ?? query?.query,
    from: range.from,
    to: range.to,
  });
}

/** The address of a query. */
export function toExploreAddress({ datasource, text, from, to }: ExploreQuery): string {
  const query = { refId: 'A', datasource: { uid: datasource }, expr: text, query: text };
  const panes = JSON.stringify({ a: { datasource, queries: [query], range: { from, to } } });
  return `/explore?schemaVersion=1&panes=${encodeURIComponent(panes)}`;
}

function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function onlyTexts(values: Record<keyof ExploreQuery, unknown>): Partial<ExploreQuery> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string' && value !== ''));
}

function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
