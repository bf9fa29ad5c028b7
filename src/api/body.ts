import express, { type RequestHandler } from 'express';
import { refusal } from '../platform/errors';
import type { Route } from './route';
import { verifyJson } from './utf8';

const LIMIT_BYTES = 1_048_576;
const JSON_TYPE = 'application/json';
const MERGE_PATCH_TYPE = 'application/merge-patch+json'; // RFC 7396 §4

/** The media types that a route takes. */
function bodyTypes(method: Route['method']): string[] {
  return method === 'patch' ? [JSON_TYPE, MERGE_PATCH_TYPE] : [JSON_TYPE];
}

/** Reads the body of a route that takes one; refuses other media types instead of taking them for no body. */
export function readBody({ method }: Route): RequestHandler[] {
  const types = bodyTypes(method);
  return [
    (req, _res, next) => {
      const isEmpty = req.get('content-length') === '0';
      if (!isEmpty && req.is(types) === false)
        throw refusal('unsupported_media_type', { expected: types.join(' or ') });
      next();
    },
    express.json({ limit: LIMIT_BYTES, type: types, verify: verifyJson }),
  ];
}
