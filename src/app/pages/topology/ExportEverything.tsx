import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { TopologyCsvPart, TopologyFormat } from '#contracts';
import { type Problem, ProblemList, saveFile, TEST_IDS } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { toProblem } from '../../errors.ts';

const FILES: ReadonlyArray<{
  readonly label: string;
  readonly format: TopologyFormat;
  readonly part?: TopologyCsvPart;
  readonly extension: string;
}> = [
  { label: 'JSON', format: 'json', extension: 'json' },
  { label: 'Cypher (Neo4j)', format: 'cypher', extension: 'cypher' },
  { label: 'CSV of services', format: 'csv', part: 'nodes', extension: 'nodes.csv' },
  { label: 'CSV of calls', format: 'csv', part: 'relationships', extension: 'relationships.csv' },
];

/** The whole graph of the shown instant as a file for another program, whatever is filtered on the screen. */
export function ExportEverything({
  backend,
  atMs,
}: {
  readonly backend: BackendClient;
  readonly atMs: number | undefined;
}) {
  const styles = useStyles2(getStyles);
  const [problem, setProblem] = useState<Problem>();
  const save = async ({ format, part, extension }: (typeof FILES)[number]) => {
    try {
      const text = await backend.topologyExport(format, part, atMs);
      saveFile(`topology.${extension}`, new Blob([text], { type: 'text/plain' }));
      setProblem(undefined);
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return (
    <div className={styles.row} data-testid={TEST_IDS.topology.exports}>
      <span>Save the whole graph as</span>
      {FILES.map((file) => (
        <Button
          key={file.label}
          size="sm"
          variant="secondary"
          fill="text"
          icon="download-alt"
          onClick={() => void save(file)}
        >
          {file.label}
        </Button>
      ))}
      {problem && <ProblemList problems={[problem]} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5, 1),
    color: theme.colors.text.secondary,
  }),
});
