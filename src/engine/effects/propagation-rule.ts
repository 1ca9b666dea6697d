/** "When the source is above its limit, the target rises": somebody's knowledge, from a topology file. */
export interface PropagationRule {
  readonly id: string;
  /** Index into the columns; undefined when nothing measures it. */
  readonly source: number | undefined;
  /** The rule is in force above this value, in the unit of the source. */
  readonly above?: number;
  /** The rule is in force below this value. Without either limit more of the source means more of the target. */
  readonly below?: number;
  /** Index into the columns; undefined when nothing measures it. */
  readonly target: number | undefined;
  /** What the target does when the rule is in force or the source rises. */
  readonly direction: 'rises' | 'falls';
  /** How sure its author is, 0 to 1. */
  readonly confidence: number;
}
