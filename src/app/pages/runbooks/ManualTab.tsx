import React, { useCallback, useState } from 'react';
import { css } from '@emotion/css';
import { Combobox, Field, useStyles2 } from '@grafana/ui';
import type { ActionCatalogueEntry, IncidentRecord } from '#contracts';
import { EmptyState, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Reading } from '../../Reading.tsx';
import { usePolling } from '../../use-polling.ts';
import { ManualForm } from './ManualForm.tsx';

const POLL_MS = 30_000;

/** Asks for an action by hand: it becomes a plan that somebody else approves. */
export function ManualTab() {
  const { executor, canPropose } = useClients();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [actions, incidents] = await Promise.all([executor.actions(signal), executor.incidents('open', signal)]);
      return { actions, incidents };
    },
    [executor]
  );
  const polled = usePolling(load, POLL_MS);
  if (!canPropose) {
    return (
      <EmptyState title="You may not ask for actions">
        Ask an administrator for the role “Causeway proposer”.
      </EmptyState>
    );
  }
  return (
    <Reading polled={polled} label="Reading the catalogue of actions">
      {({ actions, incidents }) =>
        incidents.length === 0 ? (
          <EmptyState title="There is no open incident">
            An action belongs to an incident, so that its effect can be checked.
          </EmptyState>
        ) : (
          <ActionChooser actions={actions} incidents={incidents} />
        )
      }
    </Reading>
  );
}

function ActionChooser({
  actions,
  incidents,
}: {
  readonly actions: readonly ActionCatalogueEntry[];
  readonly incidents: readonly IncidentRecord[];
}) {
  const styles = useStyles2(getStyles);
  const [action, setAction] = useState<string>();
  const entry = actions.find((item) => item.action === action);
  return (
    <div data-testid={TEST_IDS.runbooks.manualForm}>
      <p>The action becomes a plan with dry run and risk. A person other than you has to approve it.</p>
      <Field label="Action" noMargin className={styles.field}>
        <Combobox
          id="causeway-manual-action"
          aria-label="Action"
          placeholder="Choose an action"
          value={action ?? null}
          options={actions.map((item) => ({ value: item.action, label: item.action, description: item.description }))}
          onChange={({ value }) => setAction(value)}
        />
      </Field>
      {entry && <ManualForm key={entry.action} entry={entry} incidents={incidents} />}
    </div>
  );
}

const getStyles = () => ({
  field: css({ maxWidth: 480 }),
});
