import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { TopologyAnswer } from '#contracts';
import { type RcaReport, type ServiceName, toRcaUrl } from '#model';
import { ServiceGraphView, TEST_IDS, toHighlight, toReportGraph, toSubgraph } from '#ui';
import { PART_TEXTS } from './rca-texts.ts';

/** The way from each cause to the symptom in the graph. */
export function Spread({
  report,
  topology,
}: {
  readonly report: RcaReport;
  readonly topology: TopologyAnswer | undefined;
}) {
  const [selected, setSelected] = useState<ServiceName>();
  const highlight = useMemo(() => toHighlight(report), [report]);
  const graph = useMemo(() => {
    if (!topology || topology.graph.nodes.length === 0) {
      return toReportGraph(report);
    }
    const hops = highlight.path.flatMap(({ from, to }) => [from, to]);
    return toSubgraph(
      topology.graph,
      new Set([report.target.service, ...highlight.causes, ...highlight.victims, ...hops])
    );
  }, [report, topology, highlight]);
  const services = useMemo(() => topology?.services ?? [], [topology]);
  return (
    <ServiceGraphView
      graph={graph}
      services={services}
      highlight={highlight}
      selected={selected}
      onSelect={setSelected}
      layout="section"
    />
  );
}

/** Services that suffer, as links to an analysis of their own. */
export function Victims({ report }: { readonly report: RcaReport }) {
  const styles = useStyles2(getStyles);
  const range = { from: String(report.window.fromMs), to: String(report.window.toMs) };
  if (report.victims.length === 0) {
    return <p>{PART_TEXTS.noVictims}</p>;
  }
  return (
    <div className={styles.victims} data-testid={TEST_IDS.rca.victims}>
      <span className={styles.title}>{PART_TEXTS.victims}:</span>
      <ul className={styles.inline}>
        {report.victims.map((service) => (
          <li key={service}>
            <TextLink href={toRcaUrl({ service, ...range })}>{service}</TextLink>
          </li>
        ))}
      </ul>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  victims: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 2), marginTop: theme.spacing(1) }),
  title: css({ fontWeight: theme.typography.fontWeightMedium }),
  inline: css({
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
  }),
});
