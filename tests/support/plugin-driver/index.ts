export { buildBackend } from './build-backend.ts';
export { type DecodedField, type DecodedFrame, decodeFrame } from './decode-frame.ts';
export {
  connectPlugin,
  type DriverQuery,
  type DriverResponse,
  type PluginClient,
  type PluginSettings,
} from './plugin-client.ts';
export {
  GRAFANA_ENVIRONMENT,
  parseLogLine,
  type PluginLogLine,
  type PluginProcess,
  startPlugin,
  type StartOptions,
  toTarget,
} from './start-plugin.ts';
export { type FakeUpstream, startFakeUpstream, type UpstreamMode } from './fake-upstream.ts';
