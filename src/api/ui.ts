/** The admin UI, built into one directory: its page at every path that nothing else answers, its assets for ever. */
import { Router, type RequestHandler } from 'express';
import { ASKED_EACH_TIME, asksForPage, FOR_EVER, readBuilt, sendBuilt } from './built-files';
import { nameRoute } from './request-log';

/** Paths that are no pages of the UI. */
const NOT_OURS = /^\/(v1|docs|help|healthz|readyz|metrics|assets)(\/|$)/;

/**
 * Serves the UI. Where it has not been built, `/` leads to the documentation.
 * @param dir what Vite wrote
 */
export function ui(dir: string): Router {
  const router = Router();
  router.get('/assets/*file', nameRoute('/assets/{file}'), (req, res, next) => {
    sendBuilt(req.path, { root: dir, cacheControl: FOR_EVER }, { req, res, next });
  });
  router.get('/*page', page(dir));
  router.get('/', page(dir));
  return router;
}

function page(dir: string): RequestHandler {
  const named = nameRoute('admin UI');
  return async (req, res, next) => {
    if (req.path !== '/' && !(asksForPage(req) && !NOT_OURS.test(req.path))) {
      next();
      return;
    }
    const built = await readBuilt(dir, 'index.html');
    if (built === undefined) {
      if (req.path === '/') res.redirect('/docs');
      else next();
      return;
    }
    named(req, res, () => undefined);
    res.set('cache-control', ASKED_EACH_TIME).type('html').send(built);
  };
}
