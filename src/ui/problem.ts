/** Something that went wrong, in words for a person: who reports it, what happened, and what to do. */
export interface Problem {
  readonly source: string;
  readonly message: string;
  readonly remedy: string;
  /** Code of the room that failed, for searching the documentation. */
  readonly code?: string;
}
