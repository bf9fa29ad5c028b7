import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Only what comes from here may run or be shown, and nobody may frame it. */
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

/** The same policy for a page that makes `<style>` elements as it runs: those with this answer's nonce count. */
export function allowStyles(nonce: string): RequestHandler {
  const styleSrc = [...POLICY.styleSrc, `'nonce-${nonce}'`];
  return helmet.contentSecurityPolicy({ useDefaults: false, directives: { ...POLICY, styleSrc } });
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
