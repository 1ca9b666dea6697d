import type { Command } from './arguments.ts';

const DEADLINE_MS = 10_000;
const MAX_REPLY_CHARACTERS = 1_000_000;

interface FaultList {
  readonly catalogue: readonly { readonly id: string; readonly title: string; readonly description: string }[];
  readonly active: readonly { readonly id: string; readonly intensity: number; readonly endsMs: number | null }[];
}

/**
 * Carries out a command against the control API of a world.
 * @returns lines for a person
 * @throws Error with the world's message and remedy when it refuses, or with the reason why it could not be reached
 */
export async function runCommand(
  world: string,
  command: Exclude<Command, { kind: 'help' }>
): Promise<readonly string[]> {
  const faults = `${world}/shop/v1/faults`;
  switch (command.kind) {
    case 'list':
      return describe(await call('GET', faults));
    case 'inject':
      await call('POST', faults, {
        fault: command.fault,
        intensity: command.intensity,
        ...(command.minutes === undefined ? {} : { durationSeconds: command.minutes * 60 }),
      });
      return [`${command.fault} injected at intensity ${command.intensity}`];
    case 'clear':
      await call('DELETE', command.fault === undefined ? faults : `${faults}/${encodeURIComponent(command.fault)}`);
      return [command.fault === undefined ? 'all faults and actions cleared' : `${command.fault} cleared`];
  }
}

async function call(method: string, url: string, body?: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  } catch (cause) {
    throw new Error(`${new URL(url).origin} cannot be reached. Is the demo running?`, { cause });
  }
  const reply = parse((await response.text()).slice(0, MAX_REPLY_CHARACTERS));
  if (!response.ok) {
    const { message, remedy } = (reply ?? {}) as { message?: unknown; remedy?: unknown };
    const text = [message, remedy].filter((part) => typeof part === 'string').join(' ');
    throw new Error(text === '' ? `The world answered ${response.status}.` : text);
  }
  return reply;
}

function describe(reply: unknown): readonly string[] {
  const { catalogue = [], active = [] } = (reply ?? {}) as Partial<FaultList>;
  const running = new Map(active.map((fault) => [fault.id, fault]));
  return catalogue.map(({ id, title }) => {
    const fault = running.get(id);
    const state = fault ? `active, intensity ${fault.intensity}` : '';
    return [id.padEnd(18), title.padEnd(44), state].join(' ').trimEnd();
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
