/** Which stretch of a list to read. `cursor` is the id of the last item already seen. */
export interface PageRequest {
  readonly cursor?: string | undefined;
  /** 1 to 200. */
  readonly limit: number;
}
