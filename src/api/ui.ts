/** The admin UI, built into one directory: its page at every path that nothing else answers, its assets for ever. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Router, type Request, type RequestHandler } from 'express';
import { nameRoute } from './request-log';

/** Paths that are no pages of the UI. */
const NOT_OURS = /^\/(v1|docs|healthz|readyz|metrics|assets)(\/|$)/;

/** A build names its files by their content. */
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable' };

/**
 * Serves the UI. Where it has not been built, `/` leads to the documentation.
 * @param dir what Vite wrote
 */
export function ui(dir: string): Router {
  const router = Router();
  router.get('/assets/*file', nameRoute('/assets/{file}'), (req, res, next) => {
    res.sendFile(req.path, { root: dir, headers: FOR_EVER }, (error?: Error) => {
      // Called in any case; of one whose answer has begun, or who has gone away, nothing is left to do.
      if (!error || res.headersSent || req.destroyed) return;
      next(isMissing(error) ? undefined : error);
    });
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
    const built = await readPage(dir);
    if (built === undefined) {
      if (req.path === '/') res.redirect('/docs');
      else next();
      return;
    }
    named(req, res, () => undefined);
    res.set('cache-control', 'no-cache').type('html').send(built);
  };
}

/** A browser that goes somewhere says so; a program that asks for anything is told that nothing is there. */
function asksForPage(req: Request): boolean {
  return req.get('accept')?.includes('text/html') === true;
}

/** Read each time: a build may replace it while the service runs. */
async function readPage(dir: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(dir, 'index.html'), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { code, status } = error as { code?: unknown; status?: unknown };
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || status === 404 || status === 403;
}
