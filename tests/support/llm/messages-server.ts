import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the server saw it. */
export interface SeenCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came, for searching. */
  readonly text: string;
  readonly body: {
    readonly model: string;
    readonly max_tokens: number;
    readonly stream: boolean;
    readonly system: readonly { readonly text: string; readonly cache_control?: object }[];
    readonly tools?: readonly { readonly name: string }[];
    readonly tool_choice?: unknown;
    readonly messages: readonly { readonly role: string; readonly content: readonly SeenBlock[] }[];
  };
}

interface SeenBlock {
  readonly type: string;
  readonly text?: string;
  readonly content?: string;
  readonly is_error?: boolean;
  readonly cache_control?: object;
}

/** A local server that speaks the Messages API, or whatever a test wants instead. */
export interface MessagesServer {
  readonly url: string;
  readonly seen: readonly SeenCall[];
  behave(behaviour: (response: ServerResponse, call: number, seen: SeenCall) => void): void;
  close(): Promise<void>;
}

export async function startMessagesServer(): Promise<MessagesServer> {
  const seen: SeenCall[] = [];
  let current: Parameters<MessagesServer['behave']>[0] = () => undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = (text === '' ? {} : JSON.parse(text)) as SeenCall['body'];
      const call = { path: request.url ?? '', headers: request.headers, text, body };
      seen.push(call);
      current(response, seen.length, call);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    behave: (behaviour) => {
      current = behaviour;
      seen.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function sendJson(response: ServerResponse, body: unknown, status = 200, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A message in the form of the Messages API. */
export function message(text: string, fields: object = {}): object {
  return {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'test-model-1',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 900, output_tokens: 150 },
    ...fields,
  };
}

/** A message that asks for tools. */
export function toolMessage(...calls: readonly { readonly name: string; readonly input: unknown }[]): object {
  const content = calls.map(({ name, input }, at) => ({ type: 'tool_use', id: `toolu_${at}`, name, input }));
  return message('', { content, stop_reason: 'tool_use' });
}

/** An error in the form of the Messages API. */
export function apiError(type: string): object {
  return { type: 'error', error: { type, message: `${type} for key sk-test-key` } };
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly input?: unknown;
}

/** One event of a stream. */
interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The events of a message, as the Messages API streams them; texts and inputs come in parts. */
export function eventsOf(given: object): readonly StreamEvent[] {
  const { content, stop_reason, usage, ...head } = given as {
    content: readonly Block[];
    stop_reason: string;
    usage: { input_tokens: number; output_tokens: number };
  };
  const start = { ...head, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  const events: readonly StreamEvent[] = [
    { type: 'message_start', message: start },
    { type: 'ping' },
    ...content.flatMap((block, index) => [
      {
        type: 'content_block_start',
        index,
        content_block: { ...block, ...(block.type === 'text' ? { text: '' } : { input: {} }) },
      },
      ...partsOf(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null },
      usage: { output_tokens: usage.output_tokens },
    },
    { type: 'message_stop' },
  ];
  return events;
}

function partsOf(block: Block): readonly object[] {
  const text = block.type === 'text' ? (block.text ?? '') : JSON.stringify(block.input);
  const parts = text.match(/[\s\S]{1,40}/g) ?? [];
  return parts.map((part) =>
    block.type === 'text' ? { type: 'text_delta', text: part } : { type: 'input_json_delta', partial_json: part }
  );
}

/** Streams events; what follows the last is up to the caller. */
export function sendEvents(response: ServerResponse, events: readonly { readonly type: string }[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  events.forEach((event) => response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`));
}

/** Streams a whole message. */
export function sendStream(response: ServerResponse, given: object): void {
  sendEvents(response, eventsOf(given));
  response.end();
}
