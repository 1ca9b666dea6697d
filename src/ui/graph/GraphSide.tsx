import React, { type ReactNode } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, ButtonGroup, useStyles2 } from '@grafana/ui';
import { LEVEL_LABELS } from '../level.ts';
import { TEST_IDS } from '../test-ids.ts';
import type { GraphNodeView } from './graph-model.ts';
import { describeHops, LEVEL_GLYPHS } from './graph-text.ts';
import { LevelSign } from './LevelSign.tsx';
import type { GraphExplorer } from './use-graph-explorer.ts';
import { actOnService } from './use-graph-keys.ts';

const HOPS = [1, 2, 3] as const;
const MAX_MEMBERS = 60;

/** Beside the drawing: what can be done with the selected service, then what the page knows of it; or an open group. */
export function GraphSide(props: {
  readonly explorer: GraphExplorer;
  readonly selected: GraphNodeView | undefined;
  readonly narrow: boolean;
  readonly children: ReactNode;
}) {
  const { explorer, selected, narrow } = props;
  const styles = useStyles2(getStyles);
  const { openGroup } = explorer;
  const shown = openGroup ?? selected;
  if (!shown) {
    return null;
  }
  return (
    <aside
      className={narrow ? styles.below : styles.beside}
      aria-label={`Details of ${shown.name}`}
      data-testid={TEST_IDS.graph.detail}
    >
      <div className={cx(styles.side, !narrow && styles.scrolled)}>
        {openGroup ? (
          <GroupDetail explorer={explorer} group={openGroup} />
        ) : (
          <>
            {props.children}
            <ServiceTools explorer={explorer} node={shown} />
          </>
        )}
        <Button size="sm" variant="secondary" fill="text" icon="times" onClick={() => explorer.pick(undefined)}>
          Close
        </Button>
      </div>
    </aside>
  );
}

function ServiceTools({ explorer, node }: { readonly explorer: GraphExplorer; readonly node: GraphNodeView }) {
  const styles = useStyles2(getStyles);
  const { focus, blastOf } = explorer.choice;
  const focused = focus?.name === node.name ? focus.hops : undefined;
  return (
    <fieldset className={styles.tools}>
      <legend>Show only neighbours within</legend>
      <ButtonGroup>
        {HOPS.map((hops) => (
          <Button
            key={hops}
            size="sm"
            variant={focused === hops ? 'primary' : 'secondary'}
            aria-pressed={focused === hops}
            onClick={() =>
              focused === hops
                ? explorer.choose({ focus: undefined }, 'Everything is shown')
                : actOnService({ kind: 'hops', hops }, explorer, node)
            }
            data-testid={TEST_IDS.graph.focus}
          >
            {describeHops(hops)}
          </Button>
        ))}
      </ButtonGroup>
      <Button
        size="sm"
        variant={blastOf === node.name ? 'primary' : 'secondary'}
        aria-pressed={blastOf === node.name}
        onClick={() => actOnService({ kind: 'blast' }, explorer, node)}
        data-testid={TEST_IDS.graph.blast}
      >
        Shade the blast radius
      </Button>
    </fieldset>
  );
}

function GroupDetail({ explorer, group }: { readonly explorer: GraphExplorer; readonly group: GraphNodeView }) {
  const styles = useStyles2(getStyles);
  const members = group.group?.members ?? [];
  return (
    <>
      <h3 className={styles.title}>{group.name}</h3>
      <div>
        <LevelSign level={group.level} sign={LEVEL_GLYPHS[group.level]} /> {members.length} services: {group.stateText}
      </div>
      <Button size="sm" onClick={() => explorer.expand(group)} data-testid={TEST_IDS.graph.expand}>
        Show its services
      </Button>
      <ul className={styles.members} aria-label={`Services of ${group.name}, ${LEVEL_LABELS[group.level]}`}>
        {members.slice(0, MAX_MEMBERS).map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      {members.length > MAX_MEMBERS && <div>and {members.length - MAX_MEMBERS} more</div>}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  side: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(1.5),
    padding: theme.spacing(2),
    minWidth: 0,
  }),
  // Long details are scrolled; they must not pull the drawing beside them beyond the screen.
  beside: css({
    position: 'relative',
    flex: `0 0 ${theme.spacing(42)}`,
    borderLeft: `1px solid ${theme.colors.border.weak}`,
  }),
  scrolled: css({ position: 'absolute', inset: 0, overflowY: 'auto' }),
  below: css({ borderTop: `1px solid ${theme.colors.border.weak}` }),
  tools: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(0.75),
    color: theme.colors.text.secondary,
    '& legend': { fontSize: 'inherit', color: 'inherit', margin: 0 },
  }),
  title: css({ margin: 0, fontSize: theme.typography.h4.fontSize, overflowWrap: 'anywhere' }),
  members: css({ margin: 0, paddingLeft: theme.spacing(2), overflowWrap: 'anywhere' }),
});
