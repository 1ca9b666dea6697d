/** One attack that was made. */
export interface Attempt {
  readonly group: string;
  readonly name: string;
  /** How it got through; undefined when it was held off. */
  readonly through: string | undefined;
}

/** Longer than anything waits on purpose. */
const PATIENCE_MS = 20_000;

/** Makes attacks and keeps what became of each. */
export class Attacks {
  readonly attempts: Attempt[] = [];

  /** @param attack throws when the attack got through, whatever it throws */
  async try(group: string, name: string, attack: () => Promise<void> | void): Promise<void> {
    try {
      await soon(attack());
      this.attempts.push({ group, name, through: undefined });
    } catch (error) {
      this.attempts.push({
        group,
        name,
        through: (error instanceof Error ? error.message : String(error)).slice(0, 400),
      });
    }
  }
}

/** An attack that leads to no answer has got through. */
async function soon(work: Promise<void> | void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('there was no answer')), PATIENCE_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A text or value as the name of an attack. */
export function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined');
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** What a budget of time means: of the processor, so that a busy machine fails no attack, and never longer than by the clock. */
export async function within<T>(budgetMs: number, work: () => Promise<T>): Promise<T> {
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  const result = await work();
  const used = process.cpuUsage(cpu);
  const takenMs = Math.min((used.user + used.system) / 1000, performance.now() - started);
  if (takenMs > budgetMs) {
    throw new Error(`it took ${Math.round(takenMs)} ms of ${budgetMs} ms`);
  }
  return result;
}
