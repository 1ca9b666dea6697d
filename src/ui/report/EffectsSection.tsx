import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { EffectsReport } from '#model';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { EffectsTable } from './EffectsTable.tsx';
import { EFFECT_TEXTS as T } from './report-texts.ts';
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
                {T.change.before} <strong>{T.change.metric(target.metric, target.service)}</strong>{' '}
                {T.change.after}{' '}
              </>
            )}
            <span className={table.muted}>{T.supported}</span>
          </p>
          <EffectsTable effects={effects.effects} />
        </>
      )}
      {effects.rules.length > 0 && <RuleTable rules={effects.rules} />}
    </div>
  );
}
