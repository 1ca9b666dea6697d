/** What a queue counted. */
export interface QueueCounters {
  readonly sent: number;
  readonly dropped: number;
  readonly failedRequests: number;
  idle(): Promise<void>;
}

/** A queue of an emitter by the name that its metrics carry. */
export interface NamedQueue {
  readonly name: string;
  readonly queue: QueueCounters;
}

/** The emitters' own counters in Prometheus' text exposition format. Empty without queues. */
export function describeQueues(queues: readonly NamedQueue[]): string {
  if (queues.length === 0) {
    return '';
  }
  const families: readonly (readonly [string, string, (queue: QueueCounters) => number])[] = [
    ['shop_emitter_items_sent_total', 'Items that the receiver took.', (queue) => queue.sent],
    [
      'shop_emitter_items_dropped_total',
      'Items dropped, the queue full or the receiver failing.',
      (queue) => queue.dropped,
    ],
    [
      'shop_emitter_requests_failed_total',
      'Requests that the receiver did not answer with 2xx.',
      (queue) => queue.failedRequests,
    ],
  ];
  const lines = families.flatMap(([family, help, read]) => [
    `# HELP ${family} ${help}`,
    `# TYPE ${family} counter`,
    ...queues.map(({ name, queue }) => `${family}{emitter="${name}"} ${read(queue)}`),
  ]);
  return `${lines.join('\n')}\n`;
}
