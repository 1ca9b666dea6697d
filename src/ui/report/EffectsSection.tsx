import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { EffectsReport } from '#model';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { EffectsTable } from './EffectsTable.tsx';
import { RuleTable } from './RuleTable.tsx';

/** What each possible cause did to the metric in which the incident was noticed, and what the data say of declared rules. */
export function EffectsSection({ effects }: { readonly effects: EffectsReport }) {
  const table = useStyles2(tableStyles);
  const { target } = effects;
  return (
    <div data-testid={TEST_IDS.rca.effects}>
      {effects.reason !== undefined && <p>{effects.reason}</p>}
      {effects.effects.length > 0 && (
        <>
          <p>
            {target && (
              <>
                How much of the change of{' '}
                <strong>
                  {target.metric} of {target.service}
                </strong>{' '}
                each signal carries.{' '}
              </>
            )}
            <span className={table.muted}>
              Supported: q is at most 0.05, and neither a placebo, nor a random common cause, nor leaving parts of the
              data out undid it. q orders and filters candidates; it does not prove a cause.
            </span>
          </p>
          <EffectsTable effects={effects.effects} />
        </>
      )}
      {effects.rules.length > 0 && <RuleTable rules={effects.rules} />}
    </div>
  );
}
