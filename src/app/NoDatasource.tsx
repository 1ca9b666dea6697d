import React from 'react';
import { EmptyState } from '#ui';
import { DATASOURCE_PLUGIN_ID } from './routes.ts';

/** Shown where a page needs the Causeway datasource and none exists. */
export function NoDatasource() {
  return (
    <EmptyState
      title="There is no Causeway data source yet"
      link={{ href: `/connections/datasources/${DATASOURCE_PLUGIN_ID}`, text: 'Add the Causeway data source' }}
    >
      Add one and enter the URL of your Prometheus. Then come back to this page.
    </EmptyState>
  );
}
