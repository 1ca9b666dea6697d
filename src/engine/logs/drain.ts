import type { EpochMs, LogSeverity } from '#model';
import { CUT_TOKEN, DEFAULT_MASKS, MAX_TOKENS, toTokens, type MaskRule } from './mask.ts';
import type { StateReader, StateWriter } from '../stats/state-bytes.ts';
import { readCount, readText, writeText } from './text-bytes.ts';

/** Stands for any token in a template. */
export const WILDCARD = '<*>';
const MAX_SAMPLE = 500;
/** What two different words cost; a differing number, path or name costs 1. */
const WORD_COST = 3;
const PUNCTUATION = `,.;:!?)]'"`;
const SEVERITIES: readonly LogSeverity[] = ['info', 'warning', 'error'];

/** Settings of {@link DrainMiner}. */
export interface DrainConfig {
  /** Default {@link DEFAULT_MASKS}. */
  readonly masks?: readonly MaskRule[];
  /** Share of equal tokens (two differing words count three times) from which a line belongs to a template, default 0.5. */
  readonly similarity?: number;
  /** Leading tokens that choose the branch of the tree, default 2. */
  readonly depth?: number;
  /** Children of one branch, default 100. */
  readonly maxChildren?: number;
  /** Templates kept, default 2000; the least recently used leaves. */
  readonly maxClusters?: number;
}

/** One template. The miner changes `tokens`, `count`, `lastSeenMs`; nobody else does. */
export interface LogCluster {
  /** Dense number, 0 to maxClusters - 1; reused after eviction. */
  readonly slot: number;
  /** Made from the template's first line; does not change when the template generalises. */
  readonly id: string;
  readonly severity: LogSeverity;
  readonly tokens: string[];
  readonly firstSeenMs: EpochMs;
  readonly sample: string;
  lastSeenMs: EpochMs;
  count: number;
  used: number;
}

/** What {@link DrainMiner.add} answers; one object, reused by the next call. */
export interface LogMatch {
  cluster: LogCluster;
  created: boolean;
  /** The cluster's slot belonged to another template until now. */
  evicted: boolean;
}

interface Branch {
  readonly parent: Branch | undefined;
  readonly key: string;
  readonly children: Map<string, Branch>;
  readonly clusters: LogCluster[];
}

/**
 * Online miner of log templates: the number of tokens and the first tokens choose a leaf, similarity a template in it.
 *
 * Lines that differ only in masked parts share a template; differing tokens become `<*>`. Severities are mined apart, so
 * that the errors of a template are never counted with its news.
 *
 * Cost per line O(tokens + templates of the leaf); about 200 B and 500 characters of sample per template. Never throws on
 * any text. Ref: He, Zhu, Zheng, Lyu 2017, ICWS, "Drain: An Online Log Parsing Approach with Fixed Depth Tree".
 * Deviations: masks and splitting of {@link toTokens}; similarity is `equal / (equal + cost)` with a cost of 3 where two
 * words differ and 1 elsewhere, threshold 0.5, since different words mean different messages (grouping accuracy on 16
 * public samples .875, .842 with equal costs); among equally similar templates the one with more wildcards wins; a
 * wildcard equals only a literal `<*>`; least recently used templates leave; ids are hashes of the first line.
 */
export class DrainMiner {
  private readonly masks: readonly MaskRule[];
  private readonly similarity: number;
  private readonly depth: number;
  private readonly maxChildren: number;
  private readonly maxClusters: number;
  private readonly roots = new Map<number, Branch>();
  private readonly leaves: (Branch | undefined)[] = [];
  private readonly slots: LogCluster[] = [];
  private readonly ids = new Set<string>();
  private uses = 0;
  private match: LogMatch | undefined;
  private readonly comparison = { ratio: 0, wildcards: 0 };

  /** @throws RangeError when a setting makes no sense */
  constructor(config: DrainConfig = {}) {
    this.masks = config.masks ?? DEFAULT_MASKS;
    this.similarity = config.similarity ?? 0.5;
    this.depth = config.depth ?? 2;
    this.maxChildren = config.maxChildren ?? 100;
    this.maxClusters = config.maxClusters ?? 2000;
    if (!(this.similarity > 0 && this.similarity <= 1 && this.maxClusters >= 1 && this.maxChildren >= 1)) {
      throw new RangeError('DrainMiner needs a similarity in (0, 1] and at least one child and cluster');
    }
  }

  /** Templates known, in order of slot. */
  get clusters(): readonly LogCluster[] {
    return this.slots;
  }

  /**
   * Assigns a line to its template, making or generalising it where needed.
   *
   * @param message  hostile text
   * @param severity  default `info`
   * @param atMs  time of the line, default 0
   * @returns the template; the object is reused by the next call
   */
  add(message: string, severity: LogSeverity = 'info', atMs: EpochMs = 0): LogMatch {
    const tokens = toTokens(message, this.masks);
    const leaf = this.leafOf(tokens, severity);
    const found = this.bestIn(leaf, tokens);
    this.uses += 1;
    if (found) {
      generalise(found.tokens, tokens);
      found.count += 1;
      found.used = this.uses;
      found.lastSeenMs = Math.max(found.lastSeenMs, atMs);
      return this.answer(found, false, false);
    }
    const evicted = this.slots.length >= this.maxClusters;
    const slot = evicted ? this.evict() : this.slots.length;
    const cluster: LogCluster = {
      slot,
      id: this.newId(tokens, severity),
      severity,
      tokens,
      firstSeenMs: atMs,
      lastSeenMs: atMs,
      sample: message.slice(0, MAX_SAMPLE),
      count: 1,
      used: this.uses,
    };
    this.place(cluster, this.leafOf(tokens, severity));
    return this.answer(cluster, true, evicted);
  }

  /** Writes everything into a saved state. */
  save(writer: StateWriter): void {
    writer.u32(this.slots.length).f64(this.uses);
    for (const root of this.roots.values()) {
      walk(root, (leaf) => leaf.clusters.forEach((cluster) => writeCluster(writer, cluster, pathOf(leaf))));
    }
  }

  /**
   * Reads what {@link save} wrote into a new miner of the same settings.
   * @throws RangeError when the bytes are no such state
   */
  load(reader: StateReader): void {
    const count = readCount(reader, this.maxClusters);
    this.uses = reader.f64();
    for (let i = 0; i < count; i += 1) {
      const { cluster, path } = readCluster(reader, count);
      let branch = this.rootOf(cluster.tokens.length, cluster.severity);
      for (const key of path) {
        branch = childOf(branch, key);
      }
      this.ids.add(cluster.id);
      this.place(cluster, branch);
    }
  }

  private answer(cluster: LogCluster, created: boolean, evicted: boolean): LogMatch {
    this.match ??= { cluster, created, evicted };
    this.match.cluster = cluster;
    this.match.created = created;
    this.match.evicted = evicted;
    return this.match;
  }

  private place(cluster: LogCluster, leaf: Branch): void {
    leaf.clusters.push(cluster);
    this.slots[cluster.slot] = cluster;
    this.leaves[cluster.slot] = leaf;
  }

  private rootOf(length: number, severity: LogSeverity): Branch {
    const key = length * SEVERITIES.length + SEVERITIES.indexOf(severity);
    let root = this.roots.get(key);
    if (!root) {
      root = { parent: undefined, key: '', children: new Map(), clusters: [] };
      this.roots.set(key, root);
    }
    return root;
  }

  private leafOf(tokens: readonly string[], severity: LogSeverity): Branch {
    let branch = this.rootOf(tokens.length, severity);
    const depth = Math.min(this.depth, tokens.length);
    for (let i = 0; i < depth; i += 1) {
      const token = tokens[i] ?? '';
      const key = isVariable(token) ? WILDCARD : token;
      branch = branch.children.get(key) ?? childOf(branch, branch.children.size < this.maxChildren ? key : WILDCARD);
    }
    return branch;
  }

  private bestIn({ clusters }: Branch, tokens: readonly string[]): LogCluster | undefined {
    let best: LogCluster | undefined;
    let bestRatio = (1 - this.similarity) / this.similarity;
    let bestWildcards = -1;
    for (const cluster of clusters) {
      const { ratio, wildcards } = this.compare(cluster.tokens, tokens, bestRatio);
      if (ratio < bestRatio || (ratio === bestRatio && wildcards > bestWildcards)) {
        best = cluster;
        bestRatio = ratio;
        bestWildcards = wildcards;
      }
    }
    return best;
  }

  /** Cost of the differing tokens by the number of equal ones; Infinity as soon as it must pass `limit`. */
  private compare(template: readonly string[], tokens: readonly string[], limit: number): typeof this.comparison {
    const n = tokens.length;
    let equal = n;
    let cost = 0;
    let wildcards = 0;
    for (let i = 0; i < n; i += 1) {
      const known = template[i] ?? '';
      const token = tokens[i] ?? '';
      wildcards += known === WILDCARD ? 1 : 0;
      if (known !== token) {
        equal -= 1;
        cost += isWord(known) && isWord(token) ? WORD_COST : 1;
        if (cost > limit * equal) {
          cost = Infinity;
          break;
        }
      }
    }
    this.comparison.ratio = equal > 0 ? cost / equal : Infinity;
    this.comparison.wildcards = wildcards;
    return this.comparison;
  }

  private evict(): number {
    let oldest = this.slots[0] as LogCluster;
    for (const cluster of this.slots) {
      oldest = cluster.used < oldest.used ? cluster : oldest;
    }
    let branch = this.leaves[oldest.slot];
    if (branch) {
      branch.clusters.splice(branch.clusters.indexOf(oldest), 1);
      while (branch?.parent && branch.clusters.length === 0 && branch.children.size === 0) {
        branch.parent.children.delete(branch.key);
        branch = branch.parent;
      }
    }
    this.ids.delete(oldest.id);
    return oldest.slot;
  }

  private newId(tokens: readonly string[], severity: LogSeverity): string {
    const base = hash(`${severity} ${tokens.join(' ')}`);
    let id = base;
    for (let copy = 2; this.ids.has(id); copy += 1) {
      id = `${base}-${copy}`;
    }
    this.ids.add(id);
    return id;
  }
}

/** The template of a cluster as people read it. */
export function templateText({ tokens }: Pick<LogCluster, 'tokens'>): string {
  return tokens.join(' ');
}

function generalise(template: string[], tokens: readonly string[]): void {
  for (let i = 0; i < template.length; i += 1) {
    if (template[i] !== tokens[i] && template[i] !== WILDCARD) {
      template[i] = WILDCARD;
    }
  }
}

function isVariable(token: string): boolean {
  if (token.charCodeAt(0) === 60) {
    return token !== CUT_TOKEN;
  }
  for (let i = 0; i < token.length; i += 1) {
    const code = token.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      return true;
    }
  }
  return false;
}

/** Letters, perhaps with punctuation behind them. */
function isWord(token: string): boolean {
  let letters = 0;
  for (let i = 0; i < token.length; i += 1) {
    const code = token.charCodeAt(i);
    if ((code | 32) >= 97 && (code | 32) <= 122) {
      if (letters < i) {
        return false;
      }
      letters += 1;
    } else if (!PUNCTUATION.includes(token.charAt(i))) {
      return false;
    }
  }
  return letters > 0;
}

function childOf(branch: Branch, key: string): Branch {
  let child = branch.children.get(key);
  if (!child) {
    child = { parent: branch, key, children: new Map(), clusters: [] };
    branch.children.set(key, child);
  }
  return child;
}

function walk(branch: Branch, visit: (leaf: Branch) => void): void {
  visit(branch);
  for (const child of branch.children.values()) {
    walk(child, visit);
  }
}

function pathOf(leaf: Branch): readonly string[] {
  const path: string[] = [];
  for (let branch = leaf; branch.parent; branch = branch.parent) {
    path.unshift(branch.key);
  }
  return path;
}

function writeCluster(writer: StateWriter, cluster: LogCluster, path: readonly string[]): void {
  writer.u32(cluster.slot).u32(SEVERITIES.indexOf(cluster.severity));
  writer.f64(cluster.firstSeenMs).f64(cluster.lastSeenMs).f64(cluster.count).f64(cluster.used);
  writeText(writer, cluster.id);
  writeText(writer, cluster.sample);
  for (const list of [cluster.tokens, path]) {
    writer.u32(list.length);
    list.forEach((token) => writeText(writer, token));
  }
}

function readCluster(
  reader: StateReader,
  count: number
): { readonly cluster: LogCluster; readonly path: readonly string[] } {
  const slot = readCount(reader, count - 1);
  const severity = SEVERITIES[readCount(reader, SEVERITIES.length - 1)] ?? 'info';
  const [firstSeenMs, lastSeenMs] = [reader.f64(), reader.f64()];
  const [lines, used] = [reader.f64(), reader.f64()];
  const [id, sample] = [readText(reader), readText(reader)];
  const [tokens, path] = [readTexts(reader), readTexts(reader)];
  return { cluster: { slot, id, severity, tokens, firstSeenMs, lastSeenMs, sample, count: lines, used }, path };
}

function readTexts(reader: StateReader): string[] {
  return Array.from({ length: readCount(reader, MAX_TOKENS) }, () => readText(reader));
}

/** Two FNV-1a hashes with different bases, as 16 hex digits. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0xcbf29ce4;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code ^ (a >>> 15), 0x01000193);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}
