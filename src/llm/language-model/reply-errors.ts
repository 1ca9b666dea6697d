/** The server sent something that is no answer. */
export class BadReply extends Error {
  override readonly name = 'BadReply';
}

/** An error that a server reports inside a stream that began well. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly status: number;

  constructor(status: number) {
    super(`the stream ended with an error of status ${status}`);
    this.status = status;
  }
}
