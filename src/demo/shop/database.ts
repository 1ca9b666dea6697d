import type { EpochMs } from '#model';
import type { FailureKind } from './failure.ts';
import type { DatabaseSpec, QuerySpec, TableSpec } from './topology.ts';
import { DecayingRate } from './decaying-rate.ts';
import type { Random } from './random.ts';
import { Station } from './station.ts';

/** Time of a sequential scan per row when nothing else runs: 10 million rows take 0.49 s. The rest is reading. */
const SCAN_SECONDS_PER_ROW = 4.9e-8;
const SCAN_CPU_SHARE = 0.55;
/**
 * How much each further scan that runs at the same time slows a scan down. Concurrent scans evict each other's pages: the
 * contention term of Gunther's universal scalability law.
 */
const SCAN_CONTENTION = 0.029;
const MAX_CONCURRENT_SCANS = 90;
const QUERY_SIGMA = 0.4;
const SCAN_SIGMA = 0.46;
/** Statements are cancelled after this time. */
export const STATEMENT_TIMEOUT_SECONDS = 5;
const RESTART_SECONDS = 10;
/** Size of the volume, and what the tables take per row with their indexes. */
const VOLUME_BYTES = 64 * 1024 ** 3;
const ROW_BYTES = 900;

/** A table and how often it was read. */
export interface TableState {
  readonly spec: TableSpec;
  readonly indexed: Set<string>;
  sequentialScans: number;
  indexScans: number;
}

/** Totals of one statement, as pg_stat_statements keeps them. */
export interface StatementState {
  calls: number;
  seconds: number;
}

/** One PostgreSQL server. Every query costs CPU; a lookup without an index scans the table. */
export class Database {
  readonly spec: DatabaseSpec;
  readonly cpu: Station;
  readonly tables: ReadonlyMap<string, TableState>;
  readonly statements = new Map<string, StatementState>();
  /** Duration of the last query; meaningful after `run`. */
  lastSeconds = 0;
  /** Share of connections that a fault refuses. */
  refusedRatio = 0;
  /** Counts what people and faults changed. */
  revision = 1;
  /** Multiplies the cost of scans. */
  scanFactor = 1;
  /** Connections that clients hold open. */
  connections = 0;
  /** Seconds of queries since the last reading; divided by time it is the number of active connections. */
  activeSeconds = 0;
  restarts = 0;
  #insertedRows = 0;
  #restartedUntilMs = -Infinity;
  readonly #scanning = new DecayingRate(5);

  constructor(spec: DatabaseSpec) {
    this.spec = spec;
    this.cpu = new Station(spec.cores, 0.002);
    this.tables = new Map(
      spec.tables.map((table) => [
        table.name,
        { spec: table, indexed: new Set(table.indexed), sequentialScans: 0, indexScans: 0 },
      ])
    );
  }

  /** The volume of the server: its size, and how much the rows take. Inserts fill it slowly. */
  get volume(): { readonly capacityBytes: number; readonly usedBytes: number } {
    const rows = this.spec.tables.reduce((sum, table) => sum + table.rows, this.#insertedRows);
    return { capacityBytes: VOLUME_BYTES, usedBytes: Math.min(VOLUME_BYTES, Math.round(rows * ROW_BYTES)) };
  }

  /** Whether the server can be reached at all. */
  isUp(atMs: EpochMs): boolean {
    return this.refusedRatio < 0.5 && atMs >= this.#restartedUntilMs;
  }

  /** Whether one connection is refused. */
  refuses(random: Random, atMs: EpochMs): boolean {
    return atMs < this.#restartedUntilMs || (this.refusedRatio > 0 && random.uniform() < this.refusedRatio);
  }

  /** Takes every fault away and restores the indexes. */
  reset(): void {
    this.refusedRatio = 0;
    this.scanFactor = 1;
    for (const table of this.tables.values()) {
      table.spec.indexed.forEach((column) => table.indexed.add(column));
    }
  }

  /** Restarts the server; it is away for 10 s. */
  restart(atMs: EpochMs): void {
    this.#restartedUntilMs = atMs + RESTART_SECONDS * 1000;
    this.refusedRatio = 0;
    this.restarts++;
    this.cpu.clear();
  }

  /**
   * Runs one query; its duration is in `lastSeconds` afterwards.
   * @returns why it failed, or undefined
   */
  run(query: QuerySpec, random: Random, nowSeconds: number, weight: number): FailureKind | undefined {
    const table = this.tables.get(query.table);
    const scans = table !== undefined && query.lookup !== undefined && !table.indexed.has(query.lookup);
    const wait = this.cpu.waitSeconds(nowSeconds);
    let cpuSeconds = query.cpuSeconds * random.lognormal(QUERY_SIGMA);
    let seconds = wait + cpuSeconds;
    if (scans) {
      const alone = table.spec.rows * SCAN_SECONDS_PER_ROW * this.scanFactor * random.lognormal(SCAN_SIGMA);
      const others = Math.min(MAX_CONCURRENT_SCANS, this.#scanning.at(nowSeconds));
      cpuSeconds = SCAN_CPU_SHARE * alone;
      seconds = wait + alone * (1 + SCAN_CONTENTION * others);
    }
    const cancelled = seconds > STATEMENT_TIMEOUT_SECONDS;
    if (cancelled) {
      cpuSeconds *= Math.max(0, STATEMENT_TIMEOUT_SECONDS - wait) / Math.max(1e-9, seconds - wait);
      seconds = STATEMENT_TIMEOUT_SECONDS;
    }
    this.cpu.add(cpuSeconds);
    if (scans) {
      this.#scanning.add(nowSeconds, seconds);
    }
    this.#account(query, table, scans, seconds, weight);
    this.lastSeconds = seconds;
    return cancelled ? 'statementTimeout' : undefined;
  }

  #account(query: QuerySpec, table: TableState | undefined, scans: boolean, seconds: number, weight: number): void {
    if (table && scans) {
      table.sequentialScans += weight;
    } else if (table && query.lookup !== undefined) {
      table.indexScans += weight;
    }
    if (query.verb === 'INSERT') {
      this.#insertedRows += weight;
    }
    const statement = this.statements.get(query.queryId) ?? { calls: 0, seconds: 0 };
    statement.calls += weight;
    statement.seconds += seconds * weight;
    this.statements.set(query.queryId, statement);
    this.activeSeconds += seconds;
  }
}
