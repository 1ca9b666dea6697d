import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { AnomalyLevel, EdgeKind, ServiceKind } from '#model';
import { KIND_LABELS, LEVEL_LABELS } from '../level.ts';
import { TEST_IDS } from '../test-ids.ts';
import { EVIDENCE_DASHES } from './edge-style.ts';
import type { EdgeEvidence, GraphView } from './graph-model.ts';
import { toRoleColor } from './graph-style.ts';
import { CHANGE_TEXTS, LEVEL_GLYPHS } from './graph-text.ts';
import { Arrow, Fill, KindShape, Line } from './legend-signs.tsx';
import { LevelSign } from './LevelSign.tsx';
import { legendStyles } from '../legend-style.ts';

const LEVELS: readonly AnomalyLevel[] = ['normal', 'warning', 'alert', 'critical', 'unknown'];
const KINDS: readonly ServiceKind[] = ['database', 'cache', 'queue', 'external', 'client'];
const ARROW_TEXTS: ReadonlyArray<readonly [kind: EdgeKind, text: string]> = [
  ['database', 'data access'],
  ['messaging', 'messages'],
  ['virtual', 'seen from one side'],
];
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
      {foreign ? <Arcs view={view} /> : <Parts view={view} />}
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
        <Item sign={<Line color={theme.colors.error.text} width={6} />}>the path from cause to symptom</Item>
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

/** What a service is, which part it has in an analysis, and how it is called. */
function Parts({ view }: { readonly view: GraphView }) {
  const theme = useTheme2();
  const has = (test: (node: GraphView['nodes'][number]) => boolean) => view.nodes.some(test);
  return (
    <>
      {KINDS.filter((kind) => has((node) => node.kind === kind)).map((kind) => (
        <Item key={kind} sign={<KindShape kind={kind} />}>
          {KIND_LABELS[kind].toLowerCase()}
        </Item>
      ))}
      {ARROW_TEXTS.filter(([kind]) => view.edges.some(({ edge }) => edge.kind === kind)).map(([kind, text]) => (
        <Item key={kind} sign={<Arrow kind={kind} />}>
          {text}
        </Item>
      ))}
      {has(({ role }) => role === 'cause') && (
        <Item sign={<Fill color={toRoleColor(theme, 'cause')} />}>probable cause</Item>
      )}
      {has(({ role }) => role === 'victim') && (
        <Item sign={<Fill color={toRoleColor(theme, 'victim')} />}>its victims</Item>
      )}
      {has(({ hops }) => hops !== undefined) && (
        <Item sign={<Fill color={theme.colors.warning.main} />}>blast radius, the fewer hops the stronger</Item>
      )}
    </>
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

const getStyles = (theme: GrafanaTheme2) => ({
  ...legendStyles(theme),
  swatch: css({ width: 12, height: 12, borderRadius: theme.shape.radius.circle, border: '3px solid' }),
});
