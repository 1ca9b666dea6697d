import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './ConfigEditor.tsx';
import { CausewayDatasource } from './datasource.ts';
import { QueryEditor } from './QueryEditor.tsx';

/** The datasource plugin as Grafana loads it. */
export const plugin = new DataSourcePlugin(CausewayDatasource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
