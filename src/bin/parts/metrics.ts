/** `/metrics` on a listener of its own. */
import { createServer } from 'node:http';
import type { Config } from '../../platform/config';
import type { Logger } from '../../platform/logger';
import { ProcessMetrics } from '../../platform/metrics';
import { listen } from './listen';
import type { RunningProcess } from './process';

/**
 * Starts a process with metrics, and with a listener for them where `CPM_METRICS_PORT` is set, which answers until the process has
 * stopped.
 */
export async function withMetrics<T extends RunningProcess>(
  { metricsListener }: Config,
  logger: Logger,
  start: (metrics: ProcessMetrics) => Promise<T>,
): Promise<T> {
  const metrics = new ProcessMetrics();
  const running = await start(metrics);
  if (!metricsListener) return running;
  const server = createServer((req, res) => {
    if (req.method !== 'GET' || req.url !== '/metrics') return void res.writeHead(404).end();
    void metrics
      .render()
      .then((text) => res.writeHead(200, { 'content-type': metrics.contentType }).end(text))
      .catch((error: unknown) => {
        logger.error({ err: error }, 'the metrics could not be written');
        res.writeHead(500).end();
      });
  });
  try {
    await listen(server, metricsListener, 'CPM_METRICS_PORT');
  } catch (error) {
    await running.stop();
    throw error;
  }
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { ...running, stop: () => running.stop().finally(close) };
}
