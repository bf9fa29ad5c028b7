import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Scripts, styles and images come from this service only, as files, and no other page may frame it. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/** The security headers of every answer. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    // The service itself may speak plain http on loopback; the proxy that terminates TLS sets this header.
    strictTransportSecurity: false,
  });
}

/** For a page that needs nothing but its style and its forms. */
export function allowOnlyStyles(nonce: string): RequestHandler {
  return helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: [`'nonce-${nonce}'`],
      imgSrc: ['data:'], // its empty icon
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  });
}
