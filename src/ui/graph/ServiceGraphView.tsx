import React, { type ReactNode, useCallback, useMemo, useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { ServiceAnomaly, ServiceGraph, ServiceName } from '#model';
import { EmptyState } from '../states.tsx';
import { TEST_IDS } from '../test-ids.ts';
import { CallTable } from './CallTable.tsx';
import type { ForeignGraph } from './foreign-graph.ts';
import type { GraphChanges } from './graph-changes.ts';
import { GraphCanvas } from './GraphCanvas.tsx';
import { GraphControls } from './GraphControls.tsx';
import { saveFile, toGraphDocument, toPicture } from './graph-export.ts';
import { showNode } from './graph-drawing.ts';
import { GraphLegend } from './GraphLegend.tsx';
import type { GraphHighlight } from './graph-model.ts';
import { GraphNotes } from './GraphNotes.tsx';
import type { GraphChoice } from './graph-scope.ts';
import { GraphSide } from './GraphSide.tsx';
import { GraphTable } from './GraphTable.tsx';
import { useCytoscape } from './use-cytoscape.ts';
import { useGraphExplorer } from './use-graph-explorer.ts';
import { useNarrow } from './use-narrow.ts';

/** Inputs of the graph. The drawing takes the height it is given and at least a readable one. */
export interface ServiceGraphViewProps {
  readonly graph: ServiceGraph;
  readonly services: readonly ServiceAnomaly[];
  readonly highlight?: GraphHighlight | undefined;
  /** Differences from another time. */
  readonly changes?: GraphChanges | undefined;
  /** What the frame of another source says; there are no anomaly states then. */
  readonly foreign?: ForeignGraph | undefined;
  readonly selected?: ServiceName | undefined;
  readonly onSelect: (name: ServiceName | undefined) => void;
  /** What is shown, where the caller keeps it. */
  readonly choice?: GraphChoice | undefined;
  readonly onChoice?: ((choice: GraphChoice) => void) | undefined;
  /** Shown beside the drawing for the selected service. */
  readonly detail?: ReactNode;
  /** Shown directly below the drawing. */
  readonly below?: ReactNode;
  /** `page` is tall with open tables; `section` is lower and folds them; `panel` fills the height it is given. */
  readonly layout?: 'page' | 'section' | 'panel';
}

/** The service graph as a drawing and, always, as tables with the same content. Arrows point from caller to callee. */
export function ServiceGraphView(props: ServiceGraphViewProps) {
  const { graph, services, highlight, changes, foreign, selected, layout = 'page' } = props;
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const [root, setRoot] = useState<HTMLElement | null>(null);
  const [canvas, setCanvas] = useState<HTMLElement | null>(null);
  const [search, setSearch] = useState<HTMLElement | null>(null);
  const narrow = useNarrow(root);
  const [pointed, setPointed] = useState<string>();
  const extras = useMemo(() => ({ highlight, changes, foreign }), [highlight, changes, foreign]);
  const { onSelect, choice, onChoice } = props;
  const explorer = useGraphExplorer({ graph, services, extras, selected, onSelect, choice, onChoice });
  const { view } = explorer.scope;
  const drawing = useDrawing(explorer, narrow, theme, setPointed);
  const { cy, failed, busy } = useCytoscape(canvas, drawing);
  const find = (id: string) => {
    explorer.goTo(id);
    if (cy) {
      showNode(cy, id);
    }
  };
  const save = (format: 'png' | 'json') => {
    const name = `topology-${new Date(graph.generatedAtMs).toISOString().slice(0, 16).replace(':', '-')}`;
    const content = JSON.stringify(toGraphDocument(view, graph.generatedAtMs), undefined, 2);
    if (format === 'json') {
      saveFile(`${name}.json`, new Blob([content], { type: 'application/json' }));
    } else if (cy) {
      saveFile(`${name}.png`, toPicture(cy, theme.colors.background.primary));
    }
  };
  const tables = (
    <>
      <GraphTable view={view} selectedId={explorer.selectedId} onPick={explorer.pick} />
      <details>
        <summary>Table of calls ({view.edges.length})</summary>
        <CallTable view={view} />
      </details>
    </>
  );
  return (
    <div ref={setRoot} className={cx(styles.root, layout === 'panel' && styles.fill)} data-testid={TEST_IDS.graph.root}>
      {layout !== 'section' && (
        <GraphControls
          explorer={explorer}
          onSearchMounted={setSearch}
          onFound={find}
          onExport={save}
          canDraw={cy !== null}
          judged={foreign === undefined}
        />
      )}
      <GraphNotes explorer={explorer} />
      <div className={cx(styles.stage, layout === 'page' && styles.tall, narrow && styles.column)}>
        {failed ? (
          <EmptyState title="This browser cannot draw the graph">The table below has the same content.</EmptyState>
        ) : (
          <GraphCanvas
            onMounted={setCanvas}
            cy={cy}
            busy={busy}
            explorer={explorer}
            pointed={pointed}
            onSearch={() => search?.focus()}
          />
        )}
        <GraphSide
          explorer={explorer}
          selected={explorer.whole.nodes.find(({ name }) => name === selected)}
          narrow={narrow}
        >
          {props.detail}
        </GraphSide>
      </div>
      {props.below}
      <GraphLegend view={view} />
      {layout === 'page' ? (
        tables
      ) : (
        <details>
          <summary>Table of services</summary>
          {tables}
        </details>
      )}
    </div>
  );
}

/** What the drawing needs of the explorer, the same object while nothing of it changes. */
function useDrawing(
  explorer: ReturnType<typeof useGraphExplorer>,
  narrow: boolean,
  theme: GrafanaTheme2,
  onPoint: (id: string | undefined) => void
) {
  const { scope, choice, cursor, selectedId, matches, search, pick, expand } = explorer;
  const { view } = scope;
  const matchIds = useMemo(() => new Set(matches.map(({ id }) => id)), [matches]);
  const marks = useMemo(
    () => ({ selected: selectedId, cursor: cursor?.id, matches: search === '' ? new Set<string>() : matchIds }),
    [selectedId, cursor, matchIds, search]
  );
  const byId = useCallback((id: string) => view.nodes.find((node) => node.id === id), [view]);
  const { focus, levels, groupBy, expanded } = choice;
  return {
    view,
    direction: narrow ? ('down' as const) : ('right' as const),
    theme,
    marks,
    fitKey: JSON.stringify([narrow, focus, [...(levels ?? [])], groupBy, [...(expanded ?? [])]]),
    onTap: (id: string | undefined) => pick(id === undefined ? undefined : byId(id)),
    onOpen: (id: string) => {
      const node = byId(id);
      if (node) {
        expand(node);
      }
    },
    onPoint,
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), width: '100%', minWidth: 0 }),
  fill: css({ flex: '1 1 auto', minHeight: 0, overflow: 'auto' }),
  stage: css({
    position: 'relative',
    display: 'flex',
    flex: '1 0 auto',
    minHeight: theme.spacing(30),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
  }),
  column: css({ flexDirection: 'column', '& > :first-child': { minHeight: 'max(320px, 50vh)' } }),
  tall: css({ minHeight: 'max(420px, 62vh)' }),
});
