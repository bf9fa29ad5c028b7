/** `/help`: the documentation site, built from `docs` into one directory. Open to everybody: it tells nothing of this installation. */
import path from 'node:path';
import { Router } from 'express';
import { ASKED_EACH_TIME, asksForPage, FOR_EVER, readBuilt, sendBuilt } from './built-files';
import { nameRoute } from './request-log';

const HELP = '/help';

/**
 * Serves the site.
 * @param dir what VitePress wrote
 */
export function help(dir: string): Router {
  const router = Router({ strict: true });
  const named = nameRoute(`${HELP}/{page}`);
  router.get(HELP, named, (_req, res) => res.redirect(`${HELP}/`));
  router.get(`${HELP}/assets/*file`, nameRoute(`${HELP}/assets/{file}`), (req, res, next) => {
    sendBuilt(below(req.path), { root: dir, cacheControl: FOR_EVER }, { req, res, next });
  });
  router.get([`${HELP}/`, `${HELP}/*page`], named, (req, res, next) => {
    sendBuilt(fileOf(below(req.path)), { root: dir, cacheControl: ASKED_EACH_TIME }, { req, res, next });
  });
  router.get(`${HELP}/*page`, async (req, res, next) => {
    const page = asksForPage(req) ? await readBuilt(dir, '404.html') : undefined;
    if (page === undefined) next();
    else res.status(404).set('cache-control', ASKED_EACH_TIME).type('html').send(page);
  });
  return router;
}

const below = (target: string): string => target.slice(HELP.length);

/** Pages have no ending in their addresses, as the links of the site have none. */
function fileOf(target: string): string {
  if (target.endsWith('/')) return `${target}index.html`;
  return path.extname(target) === '' ? `${target}.html` : target;
}
