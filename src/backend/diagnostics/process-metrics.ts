import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricFamily } from './metrics.ts';

const NANOSECONDS = 1e9;

/** Standard metrics of the process, with the delay of its event loop since the last reading. */
export function createProcessMetrics(): () => readonly MetricFamily[] {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const startSeconds = Date.now() / 1000 - process.uptime();
  return () => {
    const { user, system } = process.cpuUsage();
    const delayP99 = delay.percentile(99) / NANOSECONDS;
    delay.reset();
    return [
      gauge('process_start_time_seconds', 'Start of the process, seconds since 1970.', startSeconds),
      gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
      gauge('nodejs_eventloop_delay_p99_seconds', 'Delay of the event loop since the last scrape.', delayP99),
      {
        name: 'process_cpu_seconds_total',
        help: 'CPU time, all threads.',
        type: 'counter',
        samples: [{ value: (user + system) / 1e6 }],
      },
    ];
  };
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, help, type: 'gauge', samples: [{ value }] };
}
