import React, { type KeyboardEvent } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, Input, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import type { AnomalyLevel } from '#model';
import { LEVEL_LABELS } from '../level.ts';
import { TEST_IDS } from '../test-ids.ts';
import type { GroupKey } from './graph-groups.ts';
import { cycle } from './graph-keys.ts';
import { LEVEL_GLYPHS } from './graph-text.ts';
import { LevelSign } from './LevelSign.tsx';
import type { GraphExplorer } from './use-graph-explorer.ts';

const LEVELS: readonly AnomalyLevel[] = ['critical', 'alert', 'warning', 'unknown', 'normal'];

/** Search, filter by health, groups and export: everything that decides what is shown. */
export function GraphControls(props: {
  readonly explorer: GraphExplorer;
  readonly onSearchMounted: (element: HTMLElement | null) => void;
  readonly onFound: (id: string) => void;
  readonly onExport: (format: 'png' | 'json') => void;
  readonly canDraw: boolean;
  /** Nodes have anomaly states; those of other sources have none. */
  readonly judged: boolean;
}) {
  const { explorer, judged } = props;
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.row}>
      <Search explorer={explorer} onSearchMounted={props.onSearchMounted} onFound={props.onFound} />
      {judged && <LevelFilter explorer={explorer} />}
      <Groups explorer={explorer} />
      <span className={styles.exports}>
        <Button
          size="sm"
          variant="secondary"
          icon="download-alt"
          disabled={!props.canDraw}
          aria-label="PNG: save what is shown as a picture"
          onClick={() => props.onExport('png')}
          data-testid={TEST_IDS.graph.exportPng}
        >
          PNG
        </Button>
        <Button
          size="sm"
          variant="secondary"
          icon="download-alt"
          aria-label="JSON: save what is shown as data"
          onClick={() => props.onExport('json')}
          data-testid={TEST_IDS.graph.exportJson}
        >
          JSON
        </Button>
      </span>
    </div>
  );
}

function Search(props: {
  readonly explorer: GraphExplorer;
  readonly onSearchMounted: (element: HTMLElement | null) => void;
  readonly onFound: (id: string) => void;
}) {
  const { explorer, onSearchMounted, onFound } = props;
  const { search, setSearch, matches, cursor } = explorer;
  const styles = useStyles2(getStyles);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      setSearch('');
    } else if (event.key === 'Enter') {
      const found = cycle(
        matches,
        matches.find(({ id }) => id === cursor?.id),
        event.shiftKey ? -1 : 1
      );
      if (found) {
        onFound(found.id);
      }
    }
  };
  return (
    <span className={styles.search}>
      <Input
        ref={onSearchMounted}
        type="search"
        width={26}
        prefix={<Icon name="search" />}
        placeholder="Search services"
        aria-label="Search services by name, namespace, team or product. Enter goes to the next one."
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        data-testid={TEST_IDS.graph.search}
      />
      <output className={styles.found} data-testid={TEST_IDS.graph.found}>
        {search.trim() === '' ? '' : `${matches.length} found`}
      </output>
    </span>
  );
}

/** Nothing pressed shows everything; a pressed level shows only what is at it. */
function LevelFilter({ explorer }: { readonly explorer: GraphExplorer }) {
  const styles = useStyles2(getStyles);
  const { choice, scope, choose } = explorer;
  const toggle = (level: AnomalyLevel) => {
    const levels = new Set(choice.levels);
    if (!levels.delete(level)) {
      levels.add(level);
    }
    const names = LEVELS.filter((item) => levels.has(item)).map((item) => LEVEL_LABELS[item].toLowerCase());
    choose(
      { levels: levels.size === 0 ? undefined : levels },
      levels.size === 0 ? 'Services of every state are shown' : `Only services that are ${names.join(' or ')} are shown`
    );
  };
  return (
    <fieldset className={styles.levels} data-testid={TEST_IDS.graph.levels}>
      <legend className={styles.hidden}>Show only services that are</legend>
      {LEVELS.filter((level) => scope.counts[level] > 0 || choice.levels?.has(level) === true).map((level) => (
        <button
          key={level}
          type="button"
          className={styles.level}
          aria-pressed={choice.levels?.has(level) ?? false}
          title={`Show only services that are ${LEVEL_LABELS[level].toLowerCase()}`}
          onClick={() => toggle(level)}
          data-level={level}
        >
          <LevelSign level={level} sign={LEVEL_GLYPHS[level]} /> {scope.counts[level]}{' '}
          {LEVEL_LABELS[level].toLowerCase()}
        </button>
      ))}
    </fieldset>
  );
}

const GROUP_LABELS: ReadonlyArray<readonly [key: GroupKey, label: string]> = [
  ['namespace', 'Namespace'],
  ['team', 'Team'],
];

function Groups({ explorer }: { readonly explorer: GraphExplorer }) {
  const styles = useStyles2(getStyles);
  const { whole, choice, choose } = explorer;
  const usable = GROUP_LABELS.filter(([key]) => whole.nodes.some(({ node }) => node[key] !== undefined));
  if (usable.length === 0) {
    return null;
  }
  const onChange = (key: GroupKey | 'none') =>
    choose(
      { groupBy: key === 'none' ? undefined : key, expanded: undefined },
      key === 'none' ? 'Every service is shown' : `One node for each ${key} is shown`
    );
  return (
    <span className={styles.groups} data-testid={TEST_IDS.graph.groups}>
      <span aria-hidden>Collapse by</span>
      <RadioButtonGroup
        size="sm"
        aria-label="Collapse by"
        options={[{ value: 'none' as const, label: 'Nothing' }, ...usable.map(([value, label]) => ({ value, label }))]}
        value={choice.groupBy ?? 'none'}
        onChange={onChange}
      />
      {(choice.expanded?.size ?? 0) > 0 && (
        <Button size="sm" fill="text" onClick={() => choose({ expanded: undefined }, 'All groups are collapsed')}>
          Collapse all again
        </Button>
      )}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2) }),
  search: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(1) }),
  found: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
  levels: css({ display: 'inline-flex', flexWrap: 'wrap', gap: theme.spacing(0.5), margin: 0 }),
  level: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    padding: theme.spacing(0.25, 1),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.pill,
    background: 'none',
    color: theme.colors.text.primary,
    font: 'inherit',
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
    cursor: 'pointer',
    '&:hover': { background: theme.colors.action.hover },
    '&[aria-pressed="true"]': {
      background: theme.colors.action.selected,
      borderColor: theme.colors.text.primary,
      boxShadow: `inset 0 0 0 1px ${theme.colors.text.primary}`,
    },
  }),
  groups: css({
    display: 'inline-flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    color: theme.colors.text.secondary,
  }),
  exports: css({ display: 'inline-flex', gap: theme.spacing(0.5) }),
  hidden: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
});
