import type { Evidence } from '#model';
import { type ExploreSources, toSourceKey } from '../../../api/explore-url.ts';

/** A panel over one query of the evidence. */
export interface PanelQuery {
  readonly number: number;
  /** Whose series are shown where the query has those of others as well. */
  readonly service: string;
  readonly title: string;
  readonly datasource: { readonly uid: string; readonly type: 'prometheus' | 'loki' | 'tempo' };
  readonly pluginId: 'timeseries' | 'logs' | 'table';
  /** As the datasource takes it. */
  readonly query: Readonly<Record<string, string | number | boolean>> & { readonly refId: string };
}

const TYPES = { metricsDs: 'prometheus', logsDs: 'loki', tracesDs: 'tempo' } as const;
/** Panels of each kind; what comes later is listed with the evidence. */
const MOST = { timeseries: 6, logs: 3, table: 2 } as const;
const MOST_LINES = 100;
const MOST_TRACES = 20;
const MOST_TITLE = 110;

/** The first queries of the evidence as panels, each once; nothing where no datasource of the person can answer. */
export function toPanelQueries(
  evidence: readonly Evidence[],
  sources: ExploreSources
): { readonly panels: readonly PanelQuery[]; readonly more: number } {
  const asked = new Set<string>();
  const all = evidence
    .toSorted((a, b) => a.number - b.number)
    .flatMap((item): readonly PanelQuery[] => {
      const key = toSourceKey(item);
      const uid = sources[key];
      const text = item.query ?? '';
      // One trace is shown with its critical path, and opened by its link.
      if (!uid || text === '' || item.detail?.kind === 'trace-path' || asked.has(`${uid} ${text}`)) {
        return [];
      }
      asked.add(`${uid} ${text}`);
      const type = TYPES[key];
      const { number, service } = item;
      return [{ number, service, title: toTitle(item), datasource: { uid, type }, ...toQuery(type, text) }];
    });
  const panels = all.filter(
    (panel) => all.filter(({ pluginId }) => pluginId === panel.pluginId).indexOf(panel) < MOST[panel.pluginId]
  );
  return { panels, more: all.length - panels.length };
}

function toQuery(type: 'prometheus' | 'loki' | 'tempo', text: string): Pick<PanelQuery, 'pluginId' | 'query'> {
  switch (type) {
    case 'prometheus':
      return { pluginId: 'timeseries', query: { refId: 'A', expr: text, range: true, instant: false } };
    case 'loki':
      return {
        // A query that begins with a selector gives lines, any other numbers.
        pluginId: text.trimStart().startsWith('{') ? 'logs' : 'timeseries',
        query: { refId: 'A', expr: text, queryType: 'range', maxLines: MOST_LINES },
      };
    case 'tempo':
      return {
        pluginId: 'table',
        query: { refId: 'A', query: text, queryType: 'traceql', tableType: 'traces', limit: MOST_TRACES },
      };
  }
}

function toTitle({ number, statement }: Evidence): string {
  const text = statement.length <= MOST_TITLE ? statement : `${statement.slice(0, MOST_TITLE)}…`;
  return `[${number}] ${text}`;
}
