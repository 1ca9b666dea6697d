export { buildBackend } from './build-backend.ts';
export type { DecodedField, DecodedFrame } from './decode-frame.ts';
export { type FakeUpstream, startFakeUpstream, type UpstreamMode } from './fake-upstream.ts';
export {
  connectPlugin,
  type DriverQuery,
  type DriverResponse,
  type PluginClient,
  type PluginSettings,
} from './plugin-client.ts';
export { type PluginLogLine, type PluginProcess, startPlugin, type StartOptions } from './start-plugin.ts';
