import React from 'react';
import { useLocation } from 'react-router-dom';
import { locationService } from '@grafana/runtime';
import { Tab, TabContent, TabsBar } from '@grafana/ui';
import { TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { NoDatasource } from '../../NoDatasource.tsx';
import { PageFrame } from '../../PageFrame.tsx';
import { toAnomaliesUrl } from '../../routes.ts';
import type { WindowedProps } from '../../scenes/WindowedContent.tsx';
import { type AnomalyTab, parseAnomaliesAddress } from './anomalies-address.ts';
import { BacktestTab } from './BacktestTab.tsx';
import { DetectorsTab } from './DetectorsTab.tsx';
import { LabelsTab } from './LabelsTab.tsx';
import { ServicesTab } from './ServicesTab.tsx';
import type { AnomalyTabProps } from './tab-props.ts';

const TABS: ReadonlyArray<readonly [tab: AnomalyTab, label: string]> = [
  ['services', 'Services'],
  ['labels', 'Labels'],
  ['detectors', 'Detectors'],
  ['backtest', 'Backtest'],
];

/** Services by time, what people said about anomalies, what judges them, and what would have been alerted. */
export function AnomaliesPage({ range }: WindowedProps) {
  const { backend } = useClients();
  const { search } = useLocation();
  const { tab, service } = parseAnomaliesAddress(search);
  return (
    <PageFrame testId={TEST_IDS.page.anomalies}>
      <TabsBar>
        {TABS.map(([id, label]) => (
          <Tab
            key={id}
            label={label}
            active={id === tab}
            href={toAnomaliesUrl(id)}
            onChangeTab={(event) => {
              event.preventDefault();
              // The time range stays as it is.
              locationService.partial({ tab: id });
            }}
          />
        ))}
      </TabsBar>
      <TabContent>
        {backend ? (
          <TabBody
            tab={tab}
            backend={backend}
            window={{ fromMs: range.from.valueOf(), toMs: range.to.valueOf() }}
            live={typeof range.raw.to === 'string' && range.raw.to.startsWith('now')}
            service={service}
          />
        ) : (
          <NoDatasource />
        )}
      </TabContent>
    </PageFrame>
  );
}

function TabBody({ tab, ...props }: AnomalyTabProps & { readonly tab: AnomalyTab }) {
  switch (tab) {
    case 'services':
      return <ServicesTab {...props} />;
    case 'labels':
      return <LabelsTab {...props} />;
    case 'detectors':
      return <DetectorsTab {...props} />;
    case 'backtest':
      return <BacktestTab {...props} />;
  }
}
