/** How the body of a request is read: last of all, once nothing else stands against the request. */
import express, { type RequestHandler } from 'express';
import { refusal } from '../platform/errors';
import { bodyTooLarge } from './problem';
import { isOpen, type Route } from './route';
import { verifyJson } from './utf8';

const LIMIT_BYTES = 1_048_576;
/** For routes that anybody may call. */
const OPEN_LIMIT_BYTES = 16_384;
const JSON_TYPE = 'application/json';
const MERGE_PATCH_TYPE = 'application/merge-patch+json'; // RFC 7396 §4

/** The media types that a route takes. */
function bodyTypes(method: Route['method']): string[] {
  return method === 'patch' ? [JSON_TYPE, MERGE_PATCH_TYPE] : [JSON_TYPE];
}

/**
 * Refuses what the head of a request already tells against its body: another media type than the route takes, instead of taking
 * it for no body, and a length that is too large, which the body parser would tell only once all of it has come.
 */
export function checkBody(route: Route): RequestHandler {
  const types = bodyTypes(route.method);
  const checkLength = refuseLargeBody(limitOf(route));
  return (req, res, next) => {
    const isEmpty = req.get('content-length') === '0';
    if (!isEmpty && req.is(types) === false)
      throw refusal('unsupported_media_type', { expected: types.join(' or ') });
    checkLength(req, res, next);
  };
}

/** Refuses a body that says of itself that it is longer. @param limit in bytes */
export function refuseLargeBody(limit: number): RequestHandler {
  return (req, _res, next) => {
    if (Number(req.get('content-length') ?? 0) > limit) throw bodyTooLarge(limit);
    next();
  };
}

/** Reads the body of a route that takes one. */
export function readBody(route: Route): RequestHandler {
  return express.json({ limit: limitOf(route), type: bodyTypes(route.method), verify: verifyJson });
}

function limitOf(route: Route): number {
  return isOpen(route) ? OPEN_LIMIT_BYTES : LIMIT_BYTES;
}
