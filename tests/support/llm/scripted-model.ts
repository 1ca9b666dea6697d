import { message, type SeenCall, sendStream, startMessagesServer, toolMessage } from './messages-server.ts';

/** Sentences that no report bears out; each answer of the scripted model has all of them. */
export const LIES = [
  { text: 'The ledger service lost 73 % of its orders.', cites: [9999] },
  { text: 'The latency of the gateway service is 98765 s.', cites: [1] },
];
const BYTES_PER_TOKEN = 4;

interface Payload {
  readonly target: { readonly service: string; readonly symptom: string };
  readonly hypotheses: readonly {
    readonly service: string;
    readonly cause: string;
    readonly confidencePercent: number;
    readonly evidence: readonly number[];
  }[];
  readonly evidence: readonly { readonly number: number }[];
}

/** A model that answers by a script. */
export interface ScriptedModel {
  readonly url: string;
  readonly seen: readonly SeenCall[];
  close(): Promise<void>;
}

/**
 * A model on a local server that speaks the Messages API: it words the first cause from the evidence that it was sent, adds what is
 * not true, and looks at ranking, callers and changes first where it may use tools. Tokens are its bytes over four.
 */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const server = await startMessagesServer();
  server.behave((response, _, { text, body }) => {
    const opening = body.messages[0]?.content.map((block) => block.text ?? '').join('') ?? '';
    const payload = JSON.parse(/<data>(.*)<\/data>/s.exec(opening)?.[1] ?? '{}') as Payload;
    const mayLook = (body.tools ?? []).length > 0 && body.messages.length === 1;
    const [cause] = payload.hypotheses;
    const answer = mayLook
      ? toolMessage(
          { name: 'read_ranking', input: {} },
          { name: 'read_topology', input: { service: cause?.service ?? payload.target.service } },
          { name: 'read_blast_radius', input: { service: cause?.service ?? payload.target.service } }
        )
      : message(JSON.stringify(toReport(payload)));
    const usage = {
      input_tokens: Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN),
      output_tokens: Math.ceil(JSON.stringify(answer).length / BYTES_PER_TOKEN),
    };
    sendStream(response, { ...answer, usage });
  });
  return { url: server.url, seen: server.seen, close: () => server.close() };
}

function toReport({ target, hypotheses: [cause], evidence }: Payload): object {
  const first = evidence[0]?.number ?? 1;
  const sure = (cause?.confidencePercent ?? 0) / 100;
  const cites = (cause?.evidence ?? []).slice(0, 3);
  const shown = cites.length > 0 ? cites : [first];
  const named = cause
    ? { text: `The likely cause is ${cause.service}.`, cites: shown }
    : { text: `No service stands out as the cause of the trouble at ${target.service}.`, cites: [first] };
  const open = {
    text: `It is open how long ${target.service} will be in trouble.`,
    check: `Look at the signals of ${target.service}.`,
    cites: [first],
  };
  return {
    root_cause: [named],
    causes: cause ? [{ service: cause.service, confidence: sure, cites: shown }] : [],
    impact: [{ text: `The service ${target.service} is in trouble.`, cites: [first] }, ...LIES],
    remediation: [],
    confidence: Math.max(0.5, sure),
    unknown: [open],
  };
}
