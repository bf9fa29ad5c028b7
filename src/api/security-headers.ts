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

/** What no page of the service uses, so no script in one may either. */
const UNUSED = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb'];
const PERMISSIONS = UNUSED.map((feature) => `${feature}=()`).join(', ');

/** A year in seconds, for which browsers keep to https once they have come by it. */
const HTTPS_SECONDS = 31_536_000;
const onlyByHttps = helmet.strictTransportSecurity({ maxAge: HTTPS_SECONDS, includeSubDomains: true });

/** The security headers of every answer. */
export function securityHeaders(): RequestHandler {
  const always = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    xFrameOptions: { action: 'deny' }, // for browsers that know no frame-ancestors
    strictTransportSecurity: false,
  });
  return (req, res, next) => {
    res.set('permissions-policy', PERMISSIONS);
    // Plain http on loopback has to stay usable: only who came by https is told to keep to it.
    if (req.secure) onlyByHttps(req, res, () => undefined);
    always(req, res, next);
  };
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
