/** Where a message came from; only messages of traces that are kept have it. */
export interface MessageContext {
  readonly traceId: string;
  readonly parentSpanId: string;
}

/** A message that waits. `context` is filled in when the producing request is known to be kept. */
export interface Message {
  readonly publishedSeconds: number;
  context: MessageContext | undefined;
}

/** The queue between `order` and its consumer: first in, first out, without limit. */
export class MessageQueue {
  #messages: Message[] = [];
  #head = 0;

  get waiting(): number {
    return this.#messages.length - this.#head;
  }

  publish(nowSeconds: number): Message {
    const message: Message = { publishedSeconds: nowSeconds, context: undefined };
    this.#messages.push(message);
    return message;
  }

  /** Takes the oldest message. */
  take(): Message | undefined {
    const message = this.#messages[this.#head];
    if (message) {
      this.#head++;
      if (this.#head > 1024 && this.#head * 2 > this.#messages.length) {
        this.#messages = this.#messages.slice(this.#head);
        this.#head = 0;
      }
    }
    return message;
  }
}
