import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { AnomalyLevel } from '#model';
import { LEVEL_LABELS } from '../level.ts';
import { TEST_IDS } from '../test-ids.ts';
import { EVIDENCE_DASHES } from './edge-style.ts';
import type { EdgeEvidence, GraphView } from './graph-model.ts';
import { CHANGE_TEXTS, LEVEL_GLYPHS } from './graph-text.ts';
import { LevelSign } from './LevelSign.tsx';

const LEVELS: readonly AnomalyLevel[] = ['normal', 'warning', 'alert', 'critical', 'unknown'];
const EVIDENCE_TEXTS: ReadonlyArray<readonly [evidence: EdgeEvidence, text: string]> = [
  ['one-source', 'known to one source only'],
  ['stale', 'not seen of late'],
  ['declared', 'declared, never seen'],
];

/** What signs and lines mean; only what occurs, but for the levels. */
export function GraphLegend({ view }: { readonly view: GraphView }) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const foreign = view.nodes.some((node) => node.foreign !== undefined);
  const changed = [...view.nodes, ...view.edges].flatMap(({ change }) => change ?? []);
  return (
    <ul className={styles.list} aria-label="Legend" data-testid={TEST_IDS.graph.legend}>
      <Item sign={<Line />}>from caller to callee</Item>
      {!foreign &&
        LEVELS.map((level) => (
          <Item key={level} sign={<LevelSign level={level} sign={LEVEL_GLYPHS[level]} />}>
            {LEVEL_LABELS[level].toLowerCase()}
            {level === 'unknown' && ' (dashed, not normal)'}
          </Item>
        ))}
      {foreign && <Arcs view={view} />}
      {EVIDENCE_TEXTS.filter(([evidence]) => view.edges.some((edge) => edge.evidence === evidence)).map(
        ([evidence, text]) => (
          <Item key={evidence} sign={<Line dashes={EVIDENCE_DASHES[evidence]} />}>
            {text}
          </Item>
        )
      )}
      {view.edges.some(({ failing, foreign: other }) => failing && !other) && (
        <Item sign={<Line color={theme.colors.error.text} width={3} />}>fails in 1 % of calls or more</Item>
      )}
      {view.edges.some(({ onPath }) => onPath) && (
        <Item sign={<Line color={theme.colors.error.text} width={6} />}>the way from cause to symptom</Item>
      )}
      {(['added', 'removed', 'changed'] as const)
        .filter((change) => changed.includes(change))
        .map((change) => (
          <Item key={change} sign={<strong>{CHANGE_TEXTS[change][0]}</strong>}>
            {CHANGE_TEXTS[change][1]}
          </Item>
        ))}
    </ul>
  );
}

function Arcs({ view }: { readonly view: GraphView }) {
  const styles = useStyles2(getStyles);
  const arcs = new Map(view.nodes.flatMap(({ foreign }) => (foreign?.arcs ?? []).map((arc) => [arc.label, arc.color])));
  return [...arcs].map(([label, color]) => (
    <Item key={label} sign={<span className={styles.swatch} style={{ borderColor: color }} aria-hidden />}>
      {label}
    </Item>
  ));
}

function Item({ sign, children }: { readonly sign: ReactNode; readonly children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.item}>
      {sign}
      <span>{children}</span>
    </li>
  );
}

function Line(props: { readonly dashes?: readonly number[]; readonly color?: string; readonly width?: number }) {
  const theme = useTheme2();
  const color = props.color ?? theme.colors.text.secondary;
  return (
    <svg width={34} height={10} aria-hidden>
      <line
        x1={0}
        y1={5}
        x2={27}
        y2={5}
        stroke={color}
        strokeWidth={props.width ?? 1.5}
        strokeDasharray={props.dashes?.join(' ')}
      />
      <path d="M26 1 L33 5 L26 9 Z" fill={color} />
    </svg>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
    margin: 0,
    padding: 0,
    listStyle: 'none',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  item: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.75) }),
  swatch: css({ width: 12, height: 12, borderRadius: theme.shape.radius.circle, border: '3px solid' }),
});
