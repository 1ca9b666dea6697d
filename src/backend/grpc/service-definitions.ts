import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { GO_PLUGIN_PROTO, HEALTH_PROTO, PLUGIN_V2_PROTO } from './proto-text.ts';

/** Services of the process by full name; no file is read, so it works from a single bundled file. */
export interface PluginServices {
  readonly diagnostics: ServiceDefinition;
  readonly data: ServiceDefinition;
  readonly resource: ServiceDefinition;
  readonly stream: ServiceDefinition;
  readonly broker: ServiceDefinition;
  readonly controller: ServiceDefinition;
  readonly stdio: ServiceDefinition;
  readonly health: ServiceDefinition;
}

/**
 * Parses the wire contracts. Unset bytes arrive as an empty Buffer, unset messages as null, 64-bit integers as numbers
 * (safe for every field of these contracts), enums as numbers.
 */
export function loadPluginServices(): PluginServices {
  const v2 = definitionsOf(PLUGIN_V2_PROTO);
  const goPlugin = definitionsOf(GO_PLUGIN_PROTO);
  const health = definitionsOf(HEALTH_PROTO);
  return {
    diagnostics: v2('pluginv2.Diagnostics'),
    data: v2('pluginv2.Data'),
    resource: v2('pluginv2.Resource'),
    stream: v2('pluginv2.Stream'),
    broker: goPlugin('plugin.GRPCBroker'),
    controller: goPlugin('plugin.GRPCController'),
    stdio: goPlugin('plugin.GRPCStdio'),
    health: health('grpc.health.v1.Health'),
  };
}

function definitionsOf(proto: string): (name: string) => ServiceDefinition {
  const { root } = protobuf.parse(proto, { keepCase: true });
  const definitions = fromJSON(
    root.resolveAll().toJSON() as Parameters<typeof fromJSON>[0],
    {
      keepCase: true,
      longs: Number,
      enums: Number,
      bytes: Buffer,
      defaults: true,
    } as unknown as Parameters<typeof fromJSON>[1]
  );
  return (name) => {
    const definition = definitions[name];
    if (!definition || 'format' in definition) {
      throw new Error(`The wire contract has no service ${name}.`);
    }
    return definition as ServiceDefinition;
  };
}
