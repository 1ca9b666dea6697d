import React from 'react';
import { useLocation } from 'react-router-dom';
import { TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { NoDatasource } from '../../NoDatasource.tsx';
import { PageFrame } from '../../PageFrame.tsx';
import type { WindowedProps } from '../../scenes/WindowedContent.tsx';
import { IncidentView } from './IncidentView.tsx';
import { toRcaRequest } from './rca-address.ts';
import { ServiceChooser } from './ServiceChooser.tsx';
import { ServiceView } from './ServiceView.tsx';
import { StoredRunView } from './StoredRunView.tsx';

/** Root-cause page: shows an incident or a stored run, investigates the service of the address, or asks which service. */
export function RcaPage({ range }: WindowedProps) {
  const { search } = useLocation();
  return (
    <PageFrame testId={TEST_IDS.page.rca}>
      <RcaContent search={search} range={range} />
    </PageFrame>
  );
}

function RcaContent({ search, range }: { readonly search: string } & WindowedProps) {
  const { backend } = useClients();
  const request = toRcaRequest(search);
  if (request.kind === 'incident') {
    return <IncidentView key={request.incidentId} incidentId={request.incidentId} />;
  }
  if (!backend) {
    return <NoDatasource />;
  }
  switch (request.kind) {
    case 'service':
      return (
        <ServiceView
          key={request.target.service}
          backend={backend}
          target={request.target}
          runId={request.runId}
          range={range}
        />
      );
    case 'run':
      return <StoredRunView key={request.runId} backend={backend} runId={request.runId} />;
    case 'none':
      return <ServiceChooser backend={backend} range={range} />;
  }
}
