import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useLocation } from 'react-router-dom';
import { locationService } from '@grafana/runtime';
import { Tab, TabContent, TabsBar, useStyles2 } from '@grafana/ui';
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
  const styles = useStyles2(getStyles);
  const wanted = new URLSearchParams(search).get('tab');
  const active = TABS.find(({ id }) => id === wanted) ?? TABS[0];
  const Content = active.content;
  return (
    <PageFrame testId={TEST_IDS.page.runbooks}>
      <FrozenNotice />
      <TabsBar className={styles.tabs}>
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
        <div className={styles.content}>
          <Content />
        </div>
      </TabContent>
    </PageFrame>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // More tabs than a phone is wide: in rows, so that none is out of sight.
  tabs: css({ '& [role="tablist"]': { flexWrap: 'wrap', height: 'auto' } }),
  content: css({ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: theme.spacing(3) }),
});
