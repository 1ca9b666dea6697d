import React, { useCallback } from 'react';
import { useLocation } from 'react-router-dom';
import { locationService } from '@grafana/runtime';
import { css } from '@emotion/css';
import { Combobox, Field, useStyles2 } from '@grafana/ui';
import type { IncidentRecord } from '#contracts';
import { EmptyState, formatMinute } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Reading } from '../../Reading.tsx';
import { PAGE_PATHS, toRunbooksUrl } from '../../routes.ts';
import { usePolling } from '../../use-polling.ts';
import { IncidentProposals } from './IncidentProposals.tsx';

const POLL_MS = 15_000;

/** What can be done about one open incident. Incident and runbook are in the address. */
export function ProposalsTab() {
  const { executor } = useClients();
  const load = useCallback((signal: AbortSignal) => executor.incidents('open', signal), [executor]);
  const polled = usePolling(load, POLL_MS);
  const address = new URLSearchParams(useLocation().search);
  return (
    <Reading polled={polled} label="Reading open incidents">
      {(incidents) => (
        <Chosen
          incidents={incidents}
          incidentId={address.get('incident') ?? undefined}
          runbook={address.get('runbook') ?? undefined}
        />
      )}
    </Reading>
  );
}

function Chosen(props: {
  readonly incidents: readonly IncidentRecord[];
  readonly incidentId: string | undefined;
  readonly runbook: string | undefined;
}) {
  const { incidents, incidentId, runbook } = props;
  const styles = useStyles2(getStyles);
  const only = incidents.length === 1 ? incidents[0] : undefined;
  const incident = incidentId === undefined ? only : incidents.find(({ id }) => id === incidentId);
  if (incidents.length === 0) {
    return (
      <EmptyState title="There is no open incident" link={{ href: PAGE_PATHS.overview, text: 'Back to the overview' }}>
        A runbook is used for an incident, so that its effect can be checked. Nothing has to be done now.
      </EmptyState>
    );
  }
  return (
    <>
      <Field label="Incident" noMargin className={styles.field}>
        <Combobox
          id="causeway-proposals-incident"
          placeholder="Choose an incident"
          value={incident?.id ?? null}
          options={incidents.map(({ id, service, symptom, onsetMs }) => ({
            value: id,
            label: `${service} (${symptom}), since ${formatMinute(onsetMs)}`,
          }))}
          onChange={({ value }) =>
            locationService.push(toRunbooksUrl('proposals', { incident: value, ...(runbook ? { runbook } : {}) }))
          }
        />
      </Field>
      {incident ? (
        <IncidentProposals key={incident.id} incident={incident} runbook={runbook} />
      ) : (
        incidentId !== undefined && (
          <EmptyState title="This incident is no longer open">
            Choose another one, if something is still wrong.
          </EmptyState>
        )
      )}
    </>
  );
}

const getStyles = () => ({
  field: css({ maxWidth: 480 }),
});
