/** What a build has written into a directory, as answers. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { NextFunction, Request, Response } from 'express';

/** A build names its assets by their content. */
export const FOR_EVER = 'public, max-age=31536000, immutable';

/** Kept, and asked for again each time: a build may replace it while the service runs. */
export const ASKED_EACH_TIME = 'no-cache';

/** Answers with a file, or leaves the request to who comes next where there is none. @param file path below `root` */
export function sendBuilt(
  file: string,
  { root, cacheControl }: { readonly root: string; readonly cacheControl: string },
  { req, res, next }: { readonly req: Request; readonly res: Response; readonly next: NextFunction },
): void {
  res.sendFile(file, { root, headers: { 'cache-control': cacheControl } }, (error?: Error) => {
    // Called in any case; of one whose answer has begun, or who has gone away, nothing is left to do.
    if (!error || res.headersSent || req.destroyed) return;
    next(isMissing(error) ? undefined : error);
  });
}

/** A page of a build as text; none where it has not been built. Read each time, for the same reason. */
export async function readBuilt(root: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(root, file), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A browser that goes somewhere says so; a program that asks for anything is told that nothing is there. */
export function asksForPage(req: Request): boolean {
  return req.get('accept')?.includes('text/html') === true;
}

function isMissing(error: unknown): boolean {
  const { code, status } = error as { code?: unknown; status?: unknown };
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || status === 404 || status === 403;
}
