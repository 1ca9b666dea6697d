/** Where the executor asks whether users are served again: its own queries, not those of the backend. */
export interface MetricsReader {
  /**
   * One instant query.
   * @returns the value when the query gives exactly one sample, else null
   * @throws when the source cannot be reached or refuses the query
   */
  instant(query: string, signal: AbortSignal): Promise<number | null>;
}
