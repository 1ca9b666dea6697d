import React from 'react';
import { useLocation } from 'react-router-dom';
import { locationService } from '@grafana/runtime';
import { Tab, TabContent, TabsBar } from '@grafana/ui';
import { TEST_IDS } from '#ui';
import { PageFrame } from '../../PageFrame.tsx';
import { toRunbooksUrl } from '../../routes.ts';
import { ApprovalsTab } from './ApprovalsTab.tsx';
import { AuditTab } from './AuditTab.tsx';
import { CatalogueTab } from './CatalogueTab.tsx';
import { FrozenNotice } from './FrozenNotice.tsx';
import { HistoryTab } from './HistoryTab.tsx';
import { ManualTab } from './ManualTab.tsx';
import { NotificationsTab } from './NotificationsTab.tsx';
import { ProposalsTab } from './ProposalsTab.tsx';
import { SafetyTab } from './SafetyTab.tsx';

const TABS = [
  { id: 'approvals', label: 'Approvals', content: ApprovalsTab },
  { id: 'proposals', label: 'Proposals', content: ProposalsTab },
  { id: 'catalogue', label: 'Runbooks', content: CatalogueTab },
  { id: 'manual', label: 'Manual action', content: ManualTab },
  { id: 'history', label: 'History', content: HistoryTab },
  { id: 'safety', label: 'Freeze and maintenance', content: SafetyTab },
  { id: 'notifications', label: 'Notifications', content: NotificationsTab },
  { id: 'audit', label: 'Audit', content: AuditTab },
] as const;

/** Decisions that wait, what can be proposed, what was executed, what stops everything, and the audit. The tab is in the address. */
export function RunbooksPage() {
  const { search } = useLocation();
  const wanted = new URLSearchParams(search).get('tab');
  const active = TABS.find(({ id }) => id === wanted) ?? TABS[0];
  const Content = active.content;
  return (
    <PageFrame testId={TEST_IDS.page.runbooks}>
      <FrozenNotice />
      <TabsBar>
        {TABS.map(({ id, label }) => (
          <Tab
            key={id}
            label={label}
            active={id === active.id}
            href={toRunbooksUrl(id)}
            onChangeTab={(event) => {
              event.preventDefault();
              locationService.push(toRunbooksUrl(id));
            }}
          />
        ))}
      </TabsBar>
      <TabContent>
        <Content />
      </TabContent>
    </PageFrame>
  );
}
