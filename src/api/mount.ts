import { Router, type RequestHandler } from 'express';
import { refusal } from '../platform/errors';
import { permit } from './authentication';
import { checkBody, readBody } from './body';
import { handle, type HandlerDependencies } from './handle';
import { nameRoute } from './request-log';
import type { Route } from './route';

/** An Express router that runs routes, and refuses other methods on their paths. */
export function mount(routes: readonly Route[], deps: HandlerDependencies): Router {
  const router = Router({ caseSensitive: true });
  for (const path of new Set(routes.map((route) => route.path))) {
    const pattern = path.replace(/\{(\w+)\}/g, ':$1');
    const here = routes.filter((route) => route.path === path);
    const resource = here.map((route) => ('resource' in route ? route.resource : undefined)).find(Boolean);
    router.all(pattern, nameRoute(path));
    for (const route of here) {
      router[route.method](pattern, ...before(route, deps), handle(route, deps, resource));
    }
    router.all(pattern, refuseMethod(here.map(({ method }) => method.toUpperCase())));
  }
  return router;
}

/** What a request has to pass. Its body is read only once everything that goes without it has let it through. */
function before(route: Route, { db }: HandlerDependencies): RequestHandler[] {
  const { access, body, guards = [], bodyGuards = [] } = route;
  const permits = access === 'open' ? [] : [permit(db, route, access)];
  return body
    ? [...permits, checkBody(route), ...guards, readBody(route), ...bodyGuards]
    : [...permits, ...guards];
}

/** Serves something that is only read, outside of the routes that the OpenAPI document describes. */
export function mountPage(router: Router, path: string, handler: RequestHandler): void {
  router.all(path, nameRoute(path));
  router.get(path, handler);
  router.all(path, refuseMethod(['GET']));
}

/** Answers every method that got this far with the ones that the path takes. */
export function refuseMethod(methods: readonly string[]): RequestHandler {
  return () => {
    throw refusal('method_not_allowed', { allowed: methods.join(', ') });
  };
}
