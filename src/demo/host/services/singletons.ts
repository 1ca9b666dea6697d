import {
  type BootData,
  EventBusSrv,
  type GrafanaConfig,
  locationUtil,
  setLocale,
  setTimeZoneResolver,
  setWeekStart,
  type TimeRange,
} from '@grafana/data';
import * as runtime from '@grafana/runtime';
import { EMPTY, of } from 'rxjs';
import * as internal from '../internal.ts';
import { PanelDataError } from '../panels/PanelDataError.tsx';
import { initialiseRegistries } from '../registries/initialise.ts';
import { HEADER_HEIGHT_PIXELS } from '../shell/layout.ts';
import { PluginPage } from '../shell/PluginPage.tsx';
import { HostBackendSrv } from './backend-srv.ts';
import { HostDataSourceSrv, importDatasourcePlugin } from './data-source-srv.ts';
import { getPanelPluginFromCache, importPanelPlugin } from './plugin-loader.ts';
import { runRequest } from './run-request.ts';
import { hostTemplateSrv } from './template-srv.ts';

type User = Parameters<typeof runtime.setCurrentUser>[0];

/** Sets everything that @grafana/runtime expects Grafana to set. May run once only. */
export function initialiseSingletons(boot: BootData): void {
  setServices(boot);
  setHooks();
  setComponents();
  setInternals();
  setLocale((boot.user as { readonly locale?: string }).locale ?? 'en-US');
  setWeekStart(boot.user.weekStart);
  setTimeZoneResolver(() => boot.user.timezone);
  locationUtil.initialize({
    config: runtime.config as unknown as GrafanaConfig,
    getTimeRangeForUrl: () => ({ from: 'now-1h', to: 'now' }) as unknown as TimeRange,
    getVariablesUrlParams: () => ({}),
  });
  initialiseRegistries();
}

function setServices(boot: BootData): void {
  runtime.setBackendSrv(new HostBackendSrv());
  runtime.setAppEvents(new EventBusSrv());
  runtime.setLocationSrv(runtime.locationService);
  runtime.setDataSourceSrv(new HostDataSourceSrv());
  runtime.setTemplateSrv(hostTemplateSrv);
  runtime.setRunRequest(runRequest);
  runtime.setQueryRunnerFactory(() => {
    throw new Error('Query runners are not part of the plugin host; use scenes or datasource.query');
  });
  runtime.setPluginImportUtils({ importPanelPlugin, getPanelPluginFromCache });
  runtime.setEchoSrv(new runtime.FakeEchoSrv());
  runtime.setGrafanaLiveSrv({
    getConnectionState: () => of(false),
    getStream: () => EMPTY,
    getDataStream: () => EMPTY,
    getPresence: () => Promise.reject(new Error('Grafana Live is not part of the plugin host')),
    publish: () => Promise.reject(new Error('Grafana Live is not part of the plugin host')),
  });
  runtime.setCorrelationsService({
    attachCorrelationsToDataFrames: (frames) => frames,
    correlationsDataLinkPostProcessorFactory: () => () => undefined,
    getCorrelationsBySourceUIDs: () => Promise.resolve({ correlations: [], page: 1, limit: 100, totalCount: 0 }),
  });
  runtime.setCurrentUser({ ...boot.user } as unknown as User);
}

function setHooks(): void {
  runtime.setReturnToPreviousHook(() => () => undefined);
  runtime.setMegaMenuOpenHook(() => [true, () => undefined]);
  runtime.setChromeHeaderHeightHook(() => HEADER_HEIGHT_PIXELS);
  runtime.setHelpNavItemHook(() => undefined);
  runtime.setPluginLinksHook(() => ({ isLoading: false, links: [] }));
  runtime.setPluginComponentHook(() => ({ isLoading: false, component: null }));
  runtime.setPluginComponentsHook(() => ({ isLoading: false, components: [] }));
  runtime.setPluginFunctionsHook(() => ({ isLoading: false, functions: [] }));
}

function setComponents(): void {
  runtime.setFolderPicker(() => null);
  runtime.setEmbeddedDashboard(() => null);
  internal.setPluginPage(PluginPage);
  internal.setPanelRenderer(() => null);
  internal.setPanelDataErrorView(PanelDataError);
}

function setInternals(): void {
  internal.initDataSourceInstanceSettings(runtime.config.datasources, runtime.config.defaultDatasource);
  internal.setDataSourcePluginImporter((meta) => importDatasourcePlugin(meta as { id: string; module: string }));
  internal.setGetObservablePluginLinks(() => of([]));
  internal.setGetObservablePluginComponents(() => of([]));
}
