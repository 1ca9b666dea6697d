export { loadEndpoints, NO_ENDPOINTS, type Endpoint, type Endpoints, type TicketForm } from './endpoints.ts';
export {
  allowHttpSchema,
  checkUrl,
  idSchema,
  pathSchema,
  readConfigFile,
  readSecretFile,
  readTextFile,
} from './config-file.ts';
export { resolveHost, type ResolveName } from './resolve-host.ts';
export { reasonOf, sendRequest, type OutboundReply, type OutboundTarget } from './send-request.ts';
