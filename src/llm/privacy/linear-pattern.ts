/** Limits of a configured pattern. */
const MAX_PATTERN_LENGTH = 200;
const MAX_REPEAT = 64;
const MAX_STATES = 500;
const MAX_DEPTH = 10;
/** Longest match, and longest text that is looked at. */
const MAX_MATCH = 200;
const MAX_TEXT = 100_000;
/** The state that is made first. */
const ACCEPT = 0;

/** A configured pattern that cannot be used; `message` is for the person who wrote it. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

type Test = (char: string) => boolean;
type Node =
  | { readonly kind: 'char'; readonly test: Test }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number };

/** A state consumes a character, splits, or accepts. */
type State =
  { readonly test: Test; readonly next: number } | { readonly split: readonly number[] } | { readonly accept: true };

/**
 * A regular expression that is matched without backtracking: the cost is at most length of the text times states of the pattern,
 * whatever the text is. It has literals, `.`, classes, `\d \w \s` and their opposites, groups, `|`, `? * +` and `{m,n}`; no
 * look-around, no back-references, no anchors. Case counts.
 */
export class LinearPattern {
  private readonly states: readonly State[];
  private readonly start: number;

  /** @throws PatternError */
  constructor(source: string) {
    if (source === '' || source.length > MAX_PATTERN_LENGTH) {
      throw new PatternError(`A pattern has 1 to ${MAX_PATTERN_LENGTH} characters.`);
    }
    const states: State[] = [];
    states.push({ accept: true });
    this.start = compile(new Parser(source).parse(), ACCEPT, states);
    this.states = states;
    const empty = new Map<number, number>();
    this.reach(this.start, 0, empty);
    if (empty.has(ACCEPT)) {
      throw new PatternError('A pattern must not match the empty text.');
    }
  }

  /** Where it matches: the longest match from the left, then on behind it. Offsets are of UTF-16 units. */
  spans(text: string): readonly (readonly [from: number, to: number])[] {
    const found: (readonly [number, number])[] = [];
    for (let next = this.next(text, 0); next; next = this.next(text, next[1])) {
      found.push(next);
    }
    return found;
  }

  /** The first match from a place on. All places are tried in one pass: every state remembers the earliest place it came from. */
  private next(text: string, from: number): readonly [number, number] | undefined {
    let best: readonly [number, number] | undefined;
    let current: ReadonlyMap<number, number> = new Map();
    for (let at = from; at < text.length && at < MAX_TEXT && !(best && current.size === 0); at += 1) {
      current = this.advance(current, text[at] ?? '', at, best?.[0]);
      const origin = current.get(ACCEPT);
      best = origin === undefined ? best : [origin, at + 1];
    }
    return best;
  }

  /** The states behind one more character. Once there is a match, only what began as early goes on. */
  private advance(
    current: ReadonlyMap<number, number>,
    char: string,
    at: number,
    latest: number | undefined
  ): ReadonlyMap<number, number> {
    const open = new Map(current);
    if (latest === undefined) {
      this.reach(this.start, at, open);
    }
    const advanced = new Map<number, number>();
    for (const [state, origin] of open) {
      const step = this.states[state];
      const isOpen = origin <= (latest ?? origin) && at - origin < MAX_MATCH;
      if (isOpen && step && 'test' in step && step.test(char)) {
        this.reach(step.next, origin, advanced);
      }
    }
    return advanced;
  }

  /** Adds a state and those that are reached from it without a character, where they were not reached from earlier. */
  private reach(state: number, origin: number, into: Map<number, number>): void {
    const pending = [state];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const known = into.get(next);
      if (known === undefined || known > origin) {
        into.set(next, origin);
        const step = this.states[next];
        if (step && 'split' in step) {
          pending.push(...step.split);
        }
      }
    }
  }
}

function compile(node: Node, next: number, states: State[]): number {
  if (states.length > MAX_STATES) {
    throw new PatternError('The pattern is too large.');
  }
  switch (node.kind) {
    case 'char':
      return states.push({ test: node.test, next }) - 1;
    case 'sequence':
      return node.parts.reduceRight((after, part) => compile(part, after, states), next);
    case 'choice':
      return states.push({ split: node.parts.map((part) => compile(part, next, states)) }) - 1;
    case 'repeat':
      return compileRepeat(node, next, states);
  }
}

function compileRepeat(
  { part, least, most }: Extract<Node, { kind: 'repeat' }>,
  next: number,
  states: State[]
): number {
  let start = next;
  if (most === Infinity) {
    const ways: number[] = [];
    start = states.push({ split: ways }) - 1;
    ways.push(compile(part, start, states), next);
  }
  for (let count = most === Infinity ? least : most; count > 0; count -= 1) {
    const inside = compile(part, start, states);
    start = count > least ? states.push({ split: [inside, next] }) - 1 : inside;
  }
  return start;
}

class Parser {
  private readonly source: string;
  private at = 0;
  private depth = 0;

  constructor(source: string) {
    this.source = source;
  }

  parse(): Node {
    const node = this.choice();
    if (this.at < this.source.length) {
      throw new PatternError(`")" at ${this.at + 1} closes nothing.`);
    }
    return node;
  }

  private choice(): Node {
    const parts = [this.sequence()];
    while (this.take('|')) {
      parts.push(this.sequence());
    }
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.source.length && !'|)'.includes(this.peek())) {
      parts.push(this.repeated());
    }
    return { kind: 'sequence', parts };
  }

  private repeated(): Node {
    const part = this.atom();
    const char = this.peek();
    const simple: Readonly<Record<string, readonly [number, number]>> = {
      '?': [0, 1],
      '*': [0, Infinity],
      '+': [1, Infinity],
    };
    const bounds = char === '{' ? this.bounds() : simple[char];
    if (!bounds) {
      return part;
    }
    this.at += char === '{' ? 0 : 1;
    if ('?*+{'.includes(this.peek()) && this.peek() !== '') {
      throw new PatternError(`A repetition of a repetition at ${this.at + 1} is not allowed.`);
    }
    return { kind: 'repeat', part, least: bounds[0], most: bounds[1] };
  }

  private bounds(): readonly [number, number] {
    const match = /^\{(\d{1,3})(?:(,)(\d{0,3}))?\}/.exec(this.source.slice(this.at));
    const least = Number(match?.[1]);
    const most = match?.[2] === undefined ? least : match[3] === '' ? Infinity : Number(match[3]);
    if (!match || !(least <= most) || least > MAX_REPEAT || (most > MAX_REPEAT && most !== Infinity) || most === 0) {
      throw new PatternError(`A repetition is {m,n} with m <= n <= ${MAX_REPEAT}.`);
    }
    this.at += match[0].length;
    return [least, most];
  }

  private atom(): Node {
    const char = this.peek();
    this.at += 1;
    switch (char) {
      case '(':
        return this.group();
      case '[':
        return { kind: 'char', test: this.charClass() };
      case '.':
        return { kind: 'char', test: (given) => given !== '\n' };
      case '\\':
        return { kind: 'char', test: this.escape() };
      case '^':
      case '$':
      case '?':
      case '*':
      case '+':
      case '{':
        throw new PatternError(`"${char}" at ${this.at} is not allowed here; write \\${char} for the character.`);
      default:
        return { kind: 'char', test: (given) => given === char };
    }
  }

  private group(): Node {
    if (this.peek() === '?' && this.source.slice(this.at, this.at + 2) !== '?:') {
      throw new PatternError('Look-around, names and flags of groups are not allowed.');
    }
    this.at += this.peek() === '?' ? 2 : 0;
    this.depth += 1;
    if (this.depth > MAX_DEPTH) {
      throw new PatternError('Groups are nested too deep.');
    }
    const inside = this.choice();
    this.depth -= 1;
    if (!this.take(')')) {
      throw new PatternError('A group is not closed.');
    }
    return inside;
  }

  private charClass(): Test {
    const isNegated = this.take('^');
    const tests: Test[] = [];
    while (this.peek() !== ']' || tests.length === 0) {
      tests.push(this.classPart());
    }
    this.at += 1;
    return (given) => tests.some((test) => test(given)) !== isNegated;
  }

  private classPart(): Test {
    const char = this.peek();
    if (char === '') {
      throw new PatternError('A class is not closed.');
    }
    this.at += 1;
    if (char === '\\') {
      return this.escape();
    }
    const upper = this.source[this.at + 1] ?? '';
    if (this.peek() !== '-' || upper === ']' || upper === '' || upper === '\\') {
      return (given) => given === char;
    }
    this.at += 2;
    if (upper < char) {
      throw new PatternError(`The range ${char}-${upper} is empty.`);
    }
    return (given) => given >= char && given <= upper;
  }

  private escape(): Test {
    const char = this.peek();
    this.at += 1;
    const classes: Readonly<Record<string, RegExp>> = { d: /[0-9]/, w: /[A-Za-z0-9_]/, s: /\s/ };
    const known = classes[char.toLowerCase()];
    if (known) {
      const isNegated = char !== char.toLowerCase();
      return (given) => known.test(given) !== isNegated;
    }
    if (char === '' || /[A-Za-z0-9]/.test(char)) {
      throw new PatternError(`\\${char} is not known here.`);
    }
    return (given) => given === char;
  }

  private take(char: string): boolean {
    const taken = this.peek() === char;
    this.at += taken ? 1 : 0;
    return taken;
  }

  private peek(): string {
    return this.source[this.at] ?? '';
  }
}
