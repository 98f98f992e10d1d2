/** akka-apps' own HTTP server: `/analytics` and `/healthz`, without authentication; what it tells is up to 30 s old. */
import express, { type Express } from 'express';
import { healthOf } from '../model/keep-alive';
import { analyticsOf, type Simulation } from '../simulation';

/** akka-apps' HTTP server writes the fields of its JSON in this order, unlike the bus. */
export function inAlphabeticalOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inAlphabeticalOrder);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, each]) => [name, inAlphabeticalOrder(each)]));
}

/** `{"message":"No active meetings"}` is an object, not an empty list. */
export function buildAnalytics(simulation: Simulation): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.get('/analytics', (request, response) => {
    const meetings = analyticsOf(simulation);
    const { meetingId } = request.query;
    if (typeof meetingId === 'string') {
      const found = meetings.find((meeting) => meeting.internalId === meetingId);
      response.json(
        found === undefined
          ? { message: `No active meeting with ID ${meetingId}` }
          : inAlphabeticalOrder(found),
      );
    } else {
      response.json(
        meetings.length === 0 ? { message: 'No active meetings' } : inAlphabeticalOrder(meetings),
      );
    }
  });
  app.get('/healthz', (_, response) => {
    const health = simulation.stepper.look(() => healthOf(simulation.bbb));
    response.status(health.isHealthy ? 200 : 503).json(health);
  });
  return app;
}
