import React from 'react';
import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { FeatureCoverage } from '#model';
import { nameFeature, stackedTableStyles, tableStyles, TEST_IDS, ToneBadge } from '#ui';

/** How many features of a service were found: `8 of 10 found`. */
export function countFound(features: readonly FeatureCoverage[], service: string): string {
  const own = features.filter((item) => item.service === service);
  return `${own.filter(({ found }) => found).length} of ${own.length} found`;
}

/**
 * The features of one service: what was found and where, what is missing and what that costs. Missing ones first; where
 * nothing is missing, one line says so and the table is folded.
 */
export function FeatureTable({ features }: { readonly features: readonly FeatureCoverage[] }) {
  const missing = features.filter(({ found }) => !found).length;
  return (
    <details open={missing > 0}>
      <summary>
        {missing === 0
          ? `All ${features.length} features were found`
          : `${missing} of ${features.length} features ${missing === 1 ? 'is' : 'are'} missing`}
      </summary>
      <Features features={features} />
    </details>
  );
}

function Features({ features }: { readonly features: readonly FeatureCoverage[] }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const sorted = features.toSorted((a, b) => Number(a.found) - Number(b.found));
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, rows.stacked)} data-testid={TEST_IDS.anomalies.features}>
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
              <td className={rows.line}>{item.cost}</td>
              <td className={rows.line}>
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
