/** Which page stands where. Every page is a script of its own, loaded when it is first visited. */
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { ErrorPage } from './ErrorPage';
import { NotFoundPage } from './NotFoundPage';
import { Gate } from '../features/session/Gate';
import { PageFallback } from './PageFallback';

type Page = () => React.ReactElement;
const page = (path: string, load: () => Promise<Page>): RouteObject => ({
  path,
  lazy: async () => ({ Component: await load() }),
});

const pages: RouteObject[] = [
  { index: true, element: <Navigate to="/overview" replace /> },
  page('overview', async () => (await import('../features/overview/OverviewPage')).OverviewPage),
  page('integrations', async () => (await import('../features/integrations/ListPage')).ListPage),
  page('integrations/new', async () => (await import('../features/integrations/CreatePage')).CreatePage),
  page(
    'integrations/:id/:section?',
    async () => (await import('../features/integrations/DetailPage')).DetailPage,
  ),
  page('integrations/:id/edit', async () => (await import('../features/integrations/EditPage')).EditPage),
  page('deliveries', async () => (await import('../features/deliveries/LogPage')).LogPage),
  page('deliveries/:id', async () => (await import('../features/deliveries/DetailPage')).DetailPage),
  page('alerts', async () => (await import('../features/alerts/AlertsPage')).AlertsPage),
  page('citizens', async () => (await import('../features/citizens/ListPage')).ListPage),
  page('citizens/:id', async () => (await import('../features/citizens/DetailPage')).DetailPage),
  page('catalogue', async () => (await import('../features/catalogue/ApplicationsPage')).ApplicationsPage),
  page(
    'catalogue/:applicationId/:section?',
    async () => (await import('../features/catalogue/CataloguePage')).CataloguePage,
  ),
  page('templates', async () => (await import('../features/templates/TemplatesPage')).TemplatesPage),
  page('api-keys', async () => (await import('../features/api-keys/ApiKeysPage')).ApiKeysPage),
  page('audit', async () => (await import('../features/audit/AuditPage')).AuditPage),
  page('account', async () => (await import('../features/account/AccountPage')).AccountPage),
  { path: '*', Component: NotFoundPage },
];

export function createRouter(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter([
    {
      path: '/',
      Component: Gate,
      HydrateFallback: PageFallback,
      children: [{ ErrorBoundary: ErrorPage, HydrateFallback: PageFallback, children: pages }],
    },
  ]);
}
