import { Router, type RequestHandler } from 'express';
import { readBody } from './body';
import { handle, type HandlerDependencies } from './handle';
import { HttpError } from './problem';
import { nameRoute } from './request-log';
import type { Route } from './route';

/** An Express router that runs routes, and refuses other methods on their paths. */
export function mount(routes: readonly Route[], deps: HandlerDependencies): Router {
  const router = Router({ caseSensitive: true });
  for (const path of new Set(routes.map((route) => route.path))) {
    const pattern = path.replace(/\{(\w+)\}/g, ':$1');
    const here = routes.filter((route) => route.path === path);
    router.all(pattern, nameRoute(path));
    for (const route of here) {
      const before = [...(route.body ? readBody(route) : []), ...(route.guards ?? [])];
      router[route.method](pattern, ...before, handle(route, deps));
    }
    router.all(pattern, refuseMethod(here.map(({ method }) => method.toUpperCase())));
  }
  return router;
}

/** Serves something that is only read, outside of the routes that the OpenAPI document describes. */
export function mountPage(router: Router, path: string, handler: RequestHandler): void {
  router.all(path, nameRoute(path));
  router.get(path, handler);
  router.all(path, refuseMethod(['GET']));
}

/** RFC 9110 §15.5.6 */
function refuseMethod(allowed: readonly string[]): RequestHandler {
  const allow = allowed.join(', ');
  return () => {
    throw new HttpError(405, `This path takes ${allow}.`, [], { allow });
  };
}
