/** The HTTP side of the service, put together. */
import express, { type Express } from 'express';
import type { ApiKeyAuthenticator } from '../access/authenticate';
import { EndpointTester } from '../delivery/endpoint-test';
import type { Exchanger, WebhookPoster } from '../delivery/http/post';
import type { TemporalLinks } from '../delivery/temporal-links';
import { AccessTokens } from '../delivery/tokens/access-tokens';
import { showOpenAlerts } from '../alerts/metrics';
import { showBacklog } from '../outbox/backlog-metrics';
import type { Database } from '../platform/database';
import type { Checks } from '../platform/dependencies';
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import type { OutboxNotifier } from '../outbox/notify';
import type { Logger } from '../platform/logger';
import type { ProcessMetrics } from '../platform/metrics';
import { keySet } from './key-set';
import { measureRequests } from './metrics';
import type { SubscriptionRules } from '../subscriptions/create';
import { authentication } from './authentication';
import { confirmPage } from './confirm/routes';
import { docs } from './docs';
import { errorHandler } from './error-handler';
import { help } from './help';
import { mount, mountPage } from './mount';
import { describeRoutes } from './openapi';
import { probes } from './probes';
import { requestLog } from './request-log';
import { isFor, isOpen } from './route';
import { administratorRoutes } from './routes/administrators';
import { alertRoutes } from './routes/alerts';
import { apiKeyRoutes } from './routes/api-keys';
import { applicationRoutes } from './routes/applications';
import { auditEventRoutes } from './routes/audit-events';
import { bulkActionRoutes } from './routes/bulk-actions';
import { catalogueRoutes } from './routes/catalogue';
import { citizenRoutes } from './routes/citizens';
import { consentRoutes } from './routes/consent';
import { deliveryRoutes } from './routes/deliveries';
import { emailTemplateRoutes } from './routes/email-templates';
import { resyncRoutes } from './routes/resyncs';
import { endpointTestRoutes } from './routes/endpoint-tests';
import { optInRoutes } from './routes/opt-ins';
import { overviewRoutes } from './routes/overview';
import { providerLogInRoutes } from './routes/provider-log-in';
import { ownSessionRoutes } from './routes/own-sessions';
import { codeRoutes, secondFactorRoutes } from './routes/second-factor';
import { accountRoutes, sessionRoutes } from './routes/session';
import { subscriptionActionRoutes } from './routes/subscription-actions';
import { subscriptionRoutes } from './routes/subscriptions';
import type { Entrance, WaysIn } from './schemas/session';
import { securityHeaders } from './security-headers';
import { traceRequests } from './trace-requests';
import { ui } from './ui';
import { requireUtf8Target } from './utf8';
import { webhookDescriptions } from './webhooks/routes';

/** What the API needs from its process. */
export interface AppDependencies {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly authenticator: ApiKeyAuthenticator;
  readonly outboxNotifier: OutboxNotifier;
  readonly logger: Logger;
  readonly rules: SubscriptionRules;
  readonly temporalLinks: TemporalLinks;
  /** Sends tests of endpoints, and asks for the access tokens that they carry. */
  readonly poster: WebhookPoster & Exchanger;
  readonly checks: Checks;
  readonly metrics: ProcessMetrics;
  /** Whether `/metrics` is served here, and not on a listener of its own. */
  readonly servesMetrics: boolean;
  /** How people reach the service from outside: base of links. */
  readonly publicUrl: string;
  /** Who may say for whom a request is made: the form of Express's `trust proxy`. */
  readonly trustedProxies: readonly string[];
  /** How people may log in. */
  readonly ways: WaysIn;
  /** Lets somebody create the first administrator. */
  readonly setupCode: string;
  /** Where the admin UI was built. */
  readonly uiDir: string;
  /** Where the documentation site was built. */
  readonly helpDir: string;
  /** Keys that sign operational webhooks. */
  readonly alertKeys: readonly string[];
  /** The product's version, shown in the OpenAPI document. */
  readonly version: string;
}

/** The Express application: REST under `/v1`, its documentation, the probes, the help, and the admin UI. */
export function createApp(deps: AppDependencies): Express {
  const { authenticator, db, sealer, logger, metrics } = deps;
  metrics.showDependencies('api', deps.checks);
  showBacklog(metrics, db);
  showOpenAlerts(metrics, db);
  const tester = new EndpointTester(deps.poster, sealer, new AccessTokens(db, sealer, deps.poster));
  const entrance: Entrance = {
    ways: deps.ways,
    operationsFor: (person) => closed.filter(isFor(person)).map(({ operationId }) => operationId),
  };
  const routes = [
    ...sessionRoutes(db, sealer, deps.setupCode, entrance),
    ...codeRoutes(db, sealer, entrance),
    ...providerLogInRoutes(db, sealer, entrance),
    ...applicationRoutes(db),
    ...catalogueRoutes(db),
    ...emailTemplateRoutes(db),
    ...citizenRoutes(db, sealer),
    ...consentRoutes(db, sealer),
    ...optInRoutes(db),
    ...endpointTestRoutes(db, sealer, deps.rules, tester),
    ...subscriptionRoutes(db, sealer, deps.rules),
    ...subscriptionActionRoutes(db, sealer),
    ...resyncRoutes(db),
    ...deliveryRoutes(db, sealer, deps.temporalLinks),
    ...bulkActionRoutes(db),
    ...overviewRoutes(db),
    ...alertRoutes(db),
    ...accountRoutes(db, deps.ways),
    ...ownSessionRoutes(db),
    ...secondFactorRoutes(db, sealer, deps.ways),
    ...administratorRoutes(db, deps.publicUrl, deps.ways),
    ...auditEventRoutes(db),
    ...apiKeyRoutes(db, authenticator),
  ];
  const closed = routes.filter((route) => !isOpen(route));
  const description = describeRoutes(routes, deps.version);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.trustedProxies);
  app.use(requestLog(logger, measureRequests(metrics)), traceRequests(), securityHeaders());
  app.use(docs());
  app.use((_req, res, next) => {
    res.set('cache-control', 'no-store');
    next();
  });
  app.use(probes(deps.checks, deps.servesMetrics ? metrics : undefined));
  app.use(confirmPage(deps));
  app.use(requireUtf8Target);
  app.use(keySet(db, sealer, deps.alertKeys));
  mountPage(app, '/v1/openapi.json', (_req, res) => void res.json(description));
  app.use(webhookDescriptions(deps.version));
  app.use(mount(routes.filter(isOpen), deps));
  app.use('/v1', authentication(db, authenticator, closed, deps.ways));
  app.use(mount(closed, deps));
  app.use(help(deps.helpDir));
  app.use(ui(deps.uiDir));
  app.use(() => {
    throw refusal('path_not_found');
  });
  app.use(errorHandler(logger));
  return app;
}
