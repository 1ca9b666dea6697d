import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { LEVEL_LABELS } from '../level.ts';
import { TEST_IDS } from '../test-ids.ts';
import { describeHops } from './graph-text.ts';
import type { GraphExplorer } from './use-graph-explorer.ts';
import { showEverything } from './use-graph-keys.ts';

/** Says what is left out or shaded, so that nobody takes a part for the whole; and the way back. */
export function GraphNotes({ explorer }: { readonly explorer: GraphExplorer }) {
  const styles = useStyles2(getStyles);
  const parts = describeChoice(explorer);
  if (parts.length === 0) {
    return null;
  }
  return (
    <div className={styles.note} data-testid={TEST_IDS.graph.note}>
      <span>{parts.join(' ')}</span>
      <Button size="sm" variant="secondary" onClick={() => showEverything(explorer)} data-testid={TEST_IDS.graph.all}>
        Show everything
      </Button>
    </div>
  );
}

function describeChoice({ choice, scope, whole }: GraphExplorer): readonly string[] {
  const { focus, levels, blastOf } = choice;
  const limits = [
    ...(focus ? [`at most ${describeHops(focus.hops)} from ${focus.name}`] : []),
    ...(levels ? [[...levels].map((level) => LEVEL_LABELS[level].toLowerCase()).join(' or ')] : []),
  ];
  const reached = scope.view.nodes.filter(({ hops, group }) => !group && hops !== undefined && hops > 0).length;
  return [
    ...(limits.length === 0
      ? []
      : [`Only services that are ${limits.join(' and ')}: ${scope.shownServices} of ${scope.allServices}.`]),
    ...(blastOf === undefined ? [] : [describeBlast(blastOf, reached, whole.nodes.length)]),
  ];
}

function describeBlast(name: string, reached: number, all: number): string {
  return reached === 0
    ? `As far as is known nothing depends on ${name}.`
    : `A failure of ${name} reaches ${reached} of ${all - 1} other services.`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  note: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 1),
    borderLeft: `3px solid ${theme.colors.info.border}`,
    background: theme.colors.background.secondary,
    overflowWrap: 'anywhere',
  }),
});
