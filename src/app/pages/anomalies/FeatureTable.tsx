import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { FeatureCoverage } from '#model';
import { nameFeature, tableStyles, TEST_IDS, ToneBadge } from '#ui';

/** How many features of a service were found: `8 of 10 found`. */
export function countFound(features: readonly FeatureCoverage[], service: string): string {
  const own = features.filter((item) => item.service === service);
  return `${own.filter(({ found }) => found).length} of ${own.length} found`;
}

/** The features of one service: what was found and where, what is missing and what that costs. Missing ones first. */
export function FeatureTable({ features }: { readonly features: readonly FeatureCoverage[] }) {
  const table = useStyles2(tableStyles);
  const sorted = features.toSorted((a, b) => Number(a.found) - Number(b.found));
  return (
    <div className={table.wrapper}>
      <table className={table.table} data-testid={TEST_IDS.anomalies.features}>
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">State</th>
            <th scope="col">What is lost</th>
            <th scope="col">Source</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((item) => (
            <tr key={`${item.profile} ${item.feature}`} data-found={item.found}>
              <th scope="row">{nameFeature(item.feature)}</th>
              <td>
                <ToneBadge
                  tone={item.found ? 'success' : 'warning'}
                  icon={item.found ? 'check-circle' : 'question-circle'}
                >
                  {item.found ? 'Found' : 'Missing'}
                </ToneBadge>
              </td>
              <td>{item.cost === '' ? <span className={table.muted}>nothing</span> : item.cost}</td>
              <td>
                {item.source}
                {item.query !== '' && (
                  <details>
                    <summary>Query</summary>
                    <code>{item.query}</code>
                  </details>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
