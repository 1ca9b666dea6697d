import { describe, expect, it } from 'vitest';
import type { RunEvent, RunStreamLine } from '#contracts';
import { finishedRun, runEvents, runRecord, usualBodies } from '../../../../ui/testing/runs.ts';
import { ApiError, APP_ERRORS } from '../../../errors.ts';
import { followRun } from './follow-run.ts';

const EVENTS = runEvents(...usualBodies());
const TIMES = { retryMs: 0, pollMs: 0, mostRetryMs: 0 };
const lineOf = (event: RunEvent): RunStreamLine => ({ kind: 'event', event });
const END: RunStreamLine = { kind: 'run', run: finishedRun() };
const lost = () => new ApiError(APP_ERRORS.BACKEND_UNREACHABLE, { status: 502 });

type Answer<T> = T | (() => Error);

/** Answers streams and polls from scripts, in order; remembers after which number it was asked. */
async function follow(script: {
  streams: ReadonlyArray<Answer<readonly RunStreamLine[]>>;
  polls?: ReadonlyArray<Answer<{ events: readonly RunEvent[]; done: boolean; more?: boolean }>>;
}) {
  const [streams, polls] = [[...script.streams], [...(script.polls ?? [])]];
  const asked: string[] = [];
  const seen: number[] = [];
  const connections: string[] = [];
  let ended = 0;
  const client = {
    stream: async (_id: string, after: number, onLine: (line: RunStreamLine) => void) => {
      asked.push(`stream ${after}`);
      const next = streams.shift() ?? [];
      if (typeof next === 'function') {
        throw next();
      }
      next.forEach(onLine);
    },
    events: async (_id: string, after: number) => {
      asked.push(`events ${after}`);
      const next = polls.shift();
      if (next === undefined || typeof next === 'function') {
        throw next?.() ?? new Error('asked too often');
      }
      const run = next.done ? finishedRun() : runRecord();
      return { run, events: next.events, more: next.more ?? false };
    },
  };
  const outcome = await followRun(
    client,
    '01RUN',
    {
      onEvents: (events) => seen.push(...events.map(({ seq }) => seq)),
      onRun: () => (ended += 1),
      onWaiting: (ahead) => seen.push(-ahead),
      onProblem: () => undefined,
      onConnection: ({ kind }) => {
        if (connections.at(-1) !== kind) {
          connections.push(kind);
        }
      },
    },
    new AbortController().signal,
    TIMES
  ).then(
    () => 'ended',
    (error: unknown) => (error as Error).message
  );
  return { outcome, asked, seen, connections, ended };
}

const ALL = EVENTS.map(({ seq }) => seq);

describe('followRun', () => {
  it('tells all of a stream', async () => {
    expect(await follow({ streams: [[{ kind: 'waiting', ahead: 2 }, ...EVENTS.map(lineOf), END]] })).toEqual({
      outcome: 'ended',
      asked: ['stream 0'],
      seen: [-2, ...ALL],
      connections: ['stream'],
      ended: 1,
    });
  });

  it('attaches a stream that was cut after its last number, and tells nothing twice', async () => {
    const streams = [EVENTS.slice(0, 4).map(lineOf), lost, [...EVENTS.slice(2).map(lineOf), END]];
    const { outcome, asked, seen, connections } = await follow({ streams });
    expect(outcome).toBe('ended');
    expect(asked).toEqual(['stream 0', 'stream 4', 'stream 4']);
    expect(seen).toEqual(ALL);
    expect(connections).toEqual(['stream', 'retrying', 'stream']);
  });

  it('asks for the events where streams do not come through, also through failures', async () => {
    const { outcome, asked, seen, connections, ended } = await follow({
      streams: [[], lost],
      polls: [
        { events: EVENTS.slice(0, 3), done: false },
        lost,
        { events: EVENTS.slice(3, 5), done: true, more: true },
        { events: EVENTS.slice(5), done: true },
      ],
    });
    expect([outcome, ended]).toEqual(['ended', 1]);
    expect(asked).toEqual(['stream 0', 'stream 0', 'events 0', 'events 3', 'events 3', 'events 5']);
    expect(seen).toEqual(ALL);
    expect(connections).toEqual(['retrying', 'polling', 'retrying', 'polling']);
  });

  it('gives up where asking again changes nothing', async () => {
    const missing = () => new ApiError({ ...APP_ERRORS.UNEXPECTED, message: 'There is no such run.' }, { status: 404 });
    expect(await follow({ streams: [missing] })).toMatchObject({
      outcome: 'There is no such run.',
      asked: ['stream 0'],
    });
  });

  it('ends when nobody follows any more', async () => {
    const controller = new AbortController();
    const client = { stream: async () => controller.abort(), events: () => Promise.reject(new Error('asked')) };
    const none = () => undefined;
    const listener = { onEvents: none, onRun: none, onWaiting: none, onProblem: none, onConnection: none };
    await expect(followRun(client, 'r', listener, controller.signal, TIMES)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
