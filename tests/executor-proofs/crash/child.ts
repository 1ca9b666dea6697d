// The process that is killed: runs the cells that it is given on standard input, and writes what they do as JSON lines.
import type { CellOrder, CellReport } from './cell.ts';
import { runCell } from './run-cell.ts';

const write = (report: CellReport): void => void process.stdout.write(`${JSON.stringify(report)}\n`);

async function main(): Promise<void> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
  }
  const orders = JSON.parse(text) as readonly CellOrder[];
  await Promise.all(
    orders.map(async (order) => {
      const cell = order.id;
      try {
        const { account, points } = await runCell(order, (at) => write({ cell, event: 'stopped', at }));
        write({ cell, event: 'done', account, points });
      } catch (error) {
        write({
          cell,
          event: 'failed',
          message: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
    })
  );
}

// Cells that stand still keep nothing alive: the process ends only when it is killed.
setInterval(() => undefined, 2 ** 30);
void main();
