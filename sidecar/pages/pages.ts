/** The pages put together: operators' page, service levels, members' page and the session behind them; opens no port and holds no policy. */
import { Router } from 'express';
import { ipKeyGenerator, MemoryStore, rateLimit } from 'express-rate-limit';
import type { DecisionView } from '../api/schemas';
import type { ConfigSource } from '../config-source';
import type { Clock } from '../core/clock';
import { MINUTE_MS } from '../core/duration';
import { assetRoutes } from './assets';
import { createCodeGuesses } from './code-guesses';
import { markdownFiles } from './markdown';
import { memberPageRoutes } from './member-page';
import { operatorPageRoutes } from './operator-page';
import { serviceLevelsRoutes } from './service-levels';
import { sessionRoutes } from './session';

/** Of one address. */
const FAILED_SIGN_INS_PER_5_MINUTES = 20;

export interface PagesDeps {
  /** ADMIN_JWT_SECRET. */
  readonly secret: string;
  readonly clock: Clock;
  readonly config: Pick<ConfigSource, 'current'>;
  /** Where the operator's Markdown files lie. */
  readonly configDir: string;
  readonly publicUrl: string | undefined;
  /** The newest decision with this code; undefined when none is kept. Throws Refusal when it cannot be looked up now. */
  readonly decisionOf: (code: string) => Promise<DecisionView | undefined>;
}

export interface Pages {
  readonly router: Router;
  close(): void;
}

/** Makes them. The bundle is read now; without one `npm run build` has not run, and `/assets` answers 404. */
export function createPages(deps: PagesDeps): Pages {
  const attempts = new MemoryStore();
  const signIns = rateLimit({
    windowMs: 5 * MINUTE_MS,
    limit: FAILED_SIGN_INS_PER_5_MINUTES,
    store: attempts,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => ipKeyGenerator(request.ip ?? ''),
    handler: (_request, response) =>
      void response.status(429).json({ problem: 'too many attempts: wait five minutes' }),
  });
  const guesses = createCodeGuesses();
  const { config, secret, clock, publicUrl, decisionOf } = deps;
  const router = Router();
  router.use(assetRoutes(config));
  router.use(sessionRoutes({ secret, clock, publicUrl, limit: signIns }));
  router.use(serviceLevelsRoutes({ config, markdown: markdownFiles(deps.configDir) }));
  router.use(memberPageRoutes({ config, decisionOf, guesses }));
  router.use(operatorPageRoutes(config));
  return {
    router,
    close() {
      attempts.shutdown();
      guesses.close();
    },
  };
}
