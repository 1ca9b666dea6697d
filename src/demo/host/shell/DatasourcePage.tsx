import type { DataSourceApi, DataSourcePlugin, DataSourceSettings } from '@grafana/data';
import { config, getBackendSrv, getDataSourceSrv, isFetchError } from '@grafana/runtime';
import { Alert, Button } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { importDatasourcePlugin } from '../services/data-source-srv.ts';
import { Loading } from './Loading.tsx';
import { PluginPage } from './PluginPage.tsx';

interface Loaded {
  readonly plugin: DataSourcePlugin<DataSourceApi>;
  readonly settings: DataSourceSettings;
}

interface Outcome {
  readonly severity: 'success' | 'error';
  readonly message: string;
}

/** The settings of one datasource: the plugin's own editor, with "Save & test" as in Grafana. */
export function DatasourcePage() {
  const { uid = '' } = useParams();
  const [loaded, setLoaded] = useState<Loaded>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    load(uid).then(setLoaded, (error: unknown) => setProblem(describe(error)));
  }, [uid]);
  return (
    <PluginPage pageNav={{ text: loaded?.settings.name ?? 'Data source' }}>
      {problem && <Alert title="The data source could not be loaded">{problem}</Alert>}
      {!loaded && !problem && <Loading />}
      {loaded && <Editor uid={uid} loaded={loaded} onChange={(settings) => setLoaded({ ...loaded, settings })} />}
    </PluginPage>
  );
}

interface EditorProps {
  readonly uid: string;
  readonly loaded: Loaded;
  readonly onChange: (settings: DataSourceSettings) => void;
}

function Editor({ uid, loaded, onChange }: EditorProps) {
  const [outcome, setOutcome] = useState<Outcome>();
  const { ConfigEditor } = loaded.plugin.components;
  const saveAndTest = async (): Promise<void> => {
    try {
      await save(uid, loaded.settings);
      const datasource = await getDataSourceSrv().get(uid);
      const result = (await datasource.testDatasource()) as { status: string; message: string };
      setOutcome({ severity: result.status === 'success' ? 'success' : 'error', message: result.message });
    } catch (error) {
      setOutcome({ severity: 'error', message: describe(error) });
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void saveAndTest();
      }}
    >
      {ConfigEditor ? (
        <ConfigEditor options={loaded.settings} onOptionsChange={onChange} />
      ) : (
        <p>The demo provides this source; there is nothing to set.</p>
      )}
      {outcome && (
        <Alert
          severity={outcome.severity}
          title={outcome.message}
          data-testid="data-testid Data source settings page Alert"
        />
      )}
      <Button type="submit" data-testid="data-testid Data source settings page Save and Test button">
        Save &amp; test
      </Button>
    </form>
  );
}

async function load(uid: string): Promise<Loaded> {
  const settings = await getBackendSrv().get<DataSourceSettings & { meta: { id: string; module: string } }>(
    `/api/datasources/uid/${encodeURIComponent(uid)}`
  );
  return { settings, plugin: await importDatasourcePlugin(settings.meta) };
}

/** Stores the settings and makes the page's own copy of them current. */
async function save(uid: string, { jsonData, secureJsonData, name }: DataSourceSettings): Promise<void> {
  await getBackendSrv().put(`/api/datasources/uid/${encodeURIComponent(uid)}`, { jsonData, secureJsonData });
  const known = config.datasources[name];
  if (known) {
    config.datasources[name] = { ...known, jsonData };
  }
  await getDataSourceSrv().reload();
}

function describe(error: unknown): string {
  if (isFetchError<{ message?: string }>(error)) {
    return error.data.message ?? error.statusText ?? `HTTP ${error.status}`;
  }
  return error instanceof Error ? error.message : String(error);
}
