/** Largest stream that is read; a report is far below it. */
export const MAX_STREAM_BYTES = 16 * 1024 * 1024;

/**
 * Cuts a byte stream into lines, whatever way the chunks fall, also inside of a UTF-8 sequence.
 * @throws RangeError when more than `maxBytes` arrive
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  readonly #maxBytes: number;
  #rest = '';
  #bytes = 0;

  constructor(maxBytes: number = MAX_STREAM_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Takes a chunk and returns the lines it completed, without blank ones. */
  push(chunk: Uint8Array): string[] {
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#maxBytes) {
      throw new RangeError(`The stream is larger than ${this.#maxBytes} bytes.`);
    }
    return this.#cut(this.#decoder.decode(chunk, { stream: true }));
  }

  /** The last line, if the stream did not end with a line break. */
  end(): string[] {
    return this.#cut(`${this.#decoder.decode()}\n`);
  }

  #cut(text: string): string[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => line.trim()).filter((line) => line !== '');
  }
}
