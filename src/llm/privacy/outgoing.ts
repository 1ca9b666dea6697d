import { readsLikeInstructions } from './instruction-like.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** Texts are cut to this before anything looks at them. */
const MAX_EXAMINED_LENGTH = 2000;
/** Stands in for a text that was kept back. */
export const WITHHELD = 'text withheld';

/** The one way for a text of the telemetry to the model: without control characters, cut, without instructions, hidden. */
export class Outgoing {
  readonly pseudonyms: Pseudonyms;
  private readonly kept = new Set<string>();

  constructor(pseudonyms: Pseudonyms) {
    this.pseudonyms = pseudonyms;
  }

  /**
   * @param place  what the text belongs to, for the list of what was kept back, such as `evidence 4`
   * @returns the text as it may be sent
   */
  text(value: string, place: string, maxLength: number): string {
    const plain = (value.length > MAX_EXAMINED_LENGTH ? cut(value, MAX_EXAMINED_LENGTH) : value)
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim();
    if (readsLikeInstructions(value)) {
      this.kept.add(place);
      return WITHHELD;
    }
    const hidden = this.pseudonyms.hide(plain);
    return hidden.length > maxLength ? `${cut(hidden, maxLength)}…` : hidden;
  }

  /** Places of texts that were kept from the model because they read like instructions to it. */
  get withheld(): readonly string[] {
    return [...this.kept];
  }
}

/** Without the word that the cut would go through: half a secret is not known for one, half a pseudonym is none. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/\S{1,500}$/, '')
    .trimEnd();
}
