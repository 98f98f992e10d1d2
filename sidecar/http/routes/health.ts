/** `/healthz` (the process), `/readyz` (each dependency by name), `/metrics` (Prometheus). */
import { Router } from 'express';
import type { Metrics } from '../../metrics';

/** How one dependency is. `detail` is for operators: no secrets, no URLs with passwords. */
export interface Readiness {
  readonly ok: boolean;
  readonly detail: string;
}

export interface HealthOptions {
  /** By name: bus, bbb-api, bbb-analytics, database, config, policy-file, clock. */
  readonly readiness: () => Readonly<Record<string, Readiness>>;
  readonly metrics: Metrics;
  /** Brings gauges up to date before they are read. */
  readonly beforeMetrics: () => void;
}

/** Routes without authentication; nothing of meetings or people is in their answers. */
export function healthRoutes(options: HealthOptions): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', (_request, response) => {
    const checks = options.readiness();
    const ready = Object.values(checks).every((check) => check.ok);
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', checks });
  });
  router.get('/metrics', async (_request, response) => {
    options.beforeMetrics();
    response.type(options.metrics.registry.contentType).send(await options.metrics.registry.metrics());
  });
  return router;
}
