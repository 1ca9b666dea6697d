import { z } from 'zod';
import { ConfigError } from '../config.ts';
import {
  allowHttpSchema,
  checkUrl,
  idSchema,
  pathSchema,
  readConfigFile,
  readSecretFile,
  readTextFile,
  type Endpoints,
  type OutboundTarget,
  type ResolveName,
} from '../outbound/index.ts';
import type { Channel } from './channels/channel.ts';
import { emailChannel } from './channels/email.ts';
import { pagerdutyChannel } from './channels/pagerduty.ts';
import { slackChannel } from './channels/slack.ts';
import { telegramChannel } from './channels/telegram.ts';
import { webhookChannel } from './channels/webhook.ts';

const CHANNELS_VARIABLE = 'CAUSEWAY_CHANNELS_FILE';
const MAX_REPLY_BYTES = 16_384;

const timing = { timeoutSeconds: z.number().min(1).max(60).default(10) };
const network = { ...timing, allowPrivate: z.boolean().default(false), caFile: pathSchema.optional() };
const mailAddress = z
  .string()
  .max(254)
  .regex(/^[^\s@<>(),;:"\\[\]]{1,64}@[A-Za-z0-9.-]{1,189}$/, 'an address like sre@shop.test');

const channelSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('slack'), webhookUrlFile: pathSchema, ...network }),
  z.strictObject({
    type: z.literal('telegram'),
    botTokenFile: pathSchema,
    chatId: z.string().regex(/^(-?\d{1,20}|@[A-Za-z0-9_]{1,64})$/),
    apiUrl: z.string().default('https://api.telegram.org'),
    ...network,
  }),
  z
    .strictObject({
      type: z.literal('email'),
      host: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/),
      port: z.number().int().min(1).max(65_535).default(587),
      security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
      user: z.string().min(1).max(254).optional(),
      passwordFile: pathSchema.optional(),
      from: mailAddress,
      to: z.array(mailAddress).min(1).max(50),
      ...network,
    })
    .refine(({ user, passwordFile }) => (user === undefined) === (passwordFile === undefined), {
      path: ['passwordFile'],
      message: 'user and passwordFile belong together',
    })
    .refine(({ user, security }) => user === undefined || security !== 'none', {
      path: ['security'],
      message: 'a password is not sent without TLS',
    }),
  z.strictObject({
    type: z.literal('pagerduty'),
    routingKeyFile: pathSchema,
    apiUrl: z.string().default('https://events.pagerduty.com/v2/enqueue'),
    ...network,
  }),
  z.strictObject({ type: z.literal('webhook'), endpoint: idSchema }),
]);
const fileSchema = z.strictObject({
  /** Of Grafana, for links. */
  baseUrl: z.string().max(500).optional(),
  allowHttp: allowHttpSchema,
  channels: z.record(idSchema, channelSchema),
});
type ChannelSettings = z.infer<typeof channelSchema>;

/** All channels of this executor. */
export interface Channels {
  get(id: string): Channel | undefined;
  readonly ids: ReadonlySet<string>;
  /** Address of Grafana, without a slash at its end. */
  readonly baseUrl: string | undefined;
  /** Values that must not appear in any output. */
  readonly secrets: readonly string[];
}

/** No channels at all. */
export const NO_CHANNELS: Channels = { get: () => undefined, ids: new Set(), baseUrl: undefined, secrets: [] };

/**
 * Reads the channels and their secrets, once.
 * @throws ConfigError
 */
export function loadChannels(file: string, endpoints: Endpoints, resolve?: ResolveName): Channels {
  const settings = readConfigFile(CHANNELS_VARIABLE, file, fileSchema);
  const secrets: string[] = [];
  const byId = new Map(
    Object.entries(settings.channels).map(([id, one]): [string, Channel] => {
      const reader = fieldReader(`channels.${id}`, secrets);
      return [id, toChannel(id, one, { reader, endpoints, resolve, allowHttp: settings.allowHttp })];
    })
  );
  return { get: (id) => byId.get(id), ids: new Set(byId.keys()), baseUrl: baseUrlOf(settings.baseUrl), secrets };
}

interface Surroundings {
  readonly reader: FieldReader;
  readonly endpoints: Endpoints;
  readonly allowHttp: readonly string[];
  readonly resolve: ResolveName | undefined;
}

function toChannel(id: string, settings: ChannelSettings, around: Surroundings): Channel {
  const { reader, endpoints, resolve } = around;
  switch (settings.type) {
    case 'slack': {
      const url = reader.secret('webhookUrlFile', settings.webhookUrlFile);
      return slackChannel(id, toTarget(settings, 'webhookUrlFile', url, around), resolve);
    }
    case 'telegram': {
      const token = reader.secret('botTokenFile', settings.botTokenFile);
      if (!/^\d{1,20}:[A-Za-z0-9_-]{10,100}$/.test(token)) {
        throw reader.wrong('botTokenFile', 'the file holds no token of a bot');
      }
      const url = `${settings.apiUrl.replace(/\/+$/, '')}/bot${token}/sendMessage`;
      return telegramChannel(id, settings.chatId, toTarget(settings, 'apiUrl', url, around), resolve);
    }
    case 'pagerduty': {
      const key = reader.secret('routingKeyFile', settings.routingKeyFile);
      return pagerdutyChannel(id, key, toTarget(settings, 'apiUrl', settings.apiUrl, around), resolve);
    }
    case 'webhook': {
      const endpoint = endpoints.get(settings.endpoint);
      if (!endpoint) {
        throw reader.wrong('endpoint', 'there is no such endpoint in CAUSEWAY_ENDPOINTS_FILE');
      }
      return webhookChannel(id, endpoint);
    }
    case 'email': {
      const { passwordFile, caFile, timeoutSeconds, ...mail } = settings;
      const password = passwordFile === undefined ? undefined : reader.secret('passwordFile', passwordFile);
      const ca = caFile === undefined ? undefined : reader.text('caFile', caFile);
      return emailChannel(id, { ...mail, password, ca, timeoutMs: timeoutSeconds * 1000 }, resolve);
    }
  }
}

function toTarget(
  {
    timeoutSeconds,
    allowPrivate,
    caFile,
  }: Pick<Extract<ChannelSettings, { type: 'slack' }>, 'timeoutSeconds' | 'allowPrivate' | 'caFile'>,
  field: string,
  url: string,
  { reader, allowHttp }: Surroundings
): OutboundTarget {
  return {
    url: checkUrl(CHANNELS_VARIABLE, reader.field(field), url, { allowPrivate, allowHttp }),
    method: 'POST',
    headers: {},
    timeoutMs: timeoutSeconds * 1000,
    maxBytes: MAX_REPLY_BYTES,
    allowPrivate,
    ca: caFile === undefined ? undefined : reader.text('caFile', caFile),
  };
}

interface FieldReader {
  field(name: string): string;
  secret(name: string, file: string): string;
  text(name: string, file: string): string;
  wrong(name: string, problem: string): ConfigError;
}

function fieldReader(prefix: string, secrets: string[]): FieldReader {
  const field = (name: string) => `${prefix}.${name}`;
  return {
    field,
    secret: (name, file) => {
      const value = readSecretFile(CHANNELS_VARIABLE, field(name), file);
      secrets.push(value);
      return value;
    },
    text: (name, file) => readTextFile(CHANNELS_VARIABLE, field(name), file),
    wrong: (name, problem) =>
      new ConfigError(CHANNELS_VARIABLE, `is wrong at ${field(name)}: ${problem}`, 'Correct this field.'),
  };
}

function baseUrlOf(text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (!isPlain || /[<>|"'\s]/.test(text)) {
    throw new ConfigError(CHANNELS_VARIABLE, 'is wrong at baseUrl: it is no plain address', 'Write that of Grafana.');
  }
  return url.href.replace(/\/+$/, '');
}
