import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Only what comes from here may run or be shown, as files of its own, and nobody may frame it. */
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
    // The service may stand behind plain http, on loopback; whoever terminates TLS sets it.
    strictTransportSecurity: false,
  });
}

/** For a page that nothing but its own style and forms belongs to. */
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
