/** The certificate that a subscription's requests show where the endpoint asks for one (mutual TLS). */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import type { Sealer } from '../platform/encryption';
import { fieldProblem, invalid } from '../platform/errors';
import { prose, shownTime } from '../platform/fields';
import { hidden, set } from './secret-fields';

/** A certificate with its key, both PEM. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Columns of a subscription's certificate. */
export interface CertificateColumns {
  readonly clientCertificateSealed: string | null;
  readonly clientCertificateUntil: Date | null;
}

export const NO_CERTIFICATE: CertificateColumns = {
  clientCertificateSealed: null,
  clientCertificateUntil: null,
};

const PEM_LENGTH = 32_768;
const certificate = {
  description: 'The certificate and those that lead from it to its authority, in PEM.',
  examples: ['-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n'],
};
const ignored = z
  .unknown()
  .meta({ readOnly: true, description: 'Ignored, so that the answer of GET can be sent back.' });

/** `clientCertificate` of a request. */
export const clientCertificateInput = z
  .strictObject({
    certificate: prose(PEM_LENGTH).meta({
      ...certificate,
      description: `${certificate.description} What else stands in it, such as a key, is left out.`,
    }),
    privateKey: prose(PEM_LENGTH)
      .nullish()
      .meta({
        writeOnly: true,
        description: 'Its key in PEM, without a passphrase. Absent or null keeps the stored one.',
        examples: ['-----BEGIN PRIVATE KEY-----\nMIIE…\n-----END PRIVATE KEY-----\n'],
      }),
    privateKeySet: set.optional(),
    subject: ignored.optional(),
    notAfter: ignored.optional(),
  })
  .nullable()
  .meta({
    id: 'ClientCertificateInput',
    description:
      'What requests show to an endpoint that asks for a client certificate (mutual TLS); `null`: nothing.',
  });
export type ClientCertificateInput = z.output<typeof clientCertificateInput>;

/** `clientCertificate` as it is shown. */
export const clientCertificateView = z
  .object({
    certificate: z.string().meta(certificate),
    privateKey: hidden,
    privateKeySet: z.boolean().meta({ description: 'Whether a key is stored.', examples: [true] }),
    subject: z.string().meta({ description: 'Whom it names.', examples: ['CN=consent-webhooks'] }),
    notAfter: shownTime(
      'When it ends, or the first of those that lead from it to its authority; endpoints refuse it from then on.',
    ),
  })
  .meta({
    id: 'ClientCertificate',
    description: 'What requests show to an endpoint that asks for a client certificate.',
  });
export type ClientCertificateView = z.output<typeof clientCertificateView>;

/**
 * The columns for a certificate of a request. A key that is absent or null stays the stored one, as long as the origin of the URL
 * stays.
 * @param elsewhere the stored one was given for another origin than the one it would be shown to now
 * @throws ServiceError naming what is wrong with certificate or key.
 */
export function certificateColumns(
  sealer: Sealer,
  input: ClientCertificateInput,
  stored: CertificateColumns,
  elsewhere = false,
): CertificateColumns {
  if (input === null) return NO_CERTIFICATE;
  const certificate = certificatesIn(input.certificate);
  const before = openCertificate(sealer, stored.clientCertificateSealed);
  const privateKey = input.privateKey ?? before?.privateKey;
  if (privateKey === undefined)
    throw invalid(fieldProblem('clientCertificate.privateKey', 'secret_required'));
  if (elsewhere && typeof input.privateKey !== 'string')
    throw invalid(fieldProblem('clientCertificate.privateKey', 'secret_of_other_origin'));
  const isStored = before && certificatesIn(before.certificate) === certificate;
  if (isStored && before.privateKey === privateKey) return stored;
  const given = { certificate, privateKey };
  const until = soundUntil(given);
  return {
    clientCertificateSealed: sealer.seal(JSON.stringify(given), 'credential'),
    clientCertificateUntil: until,
  };
}

/** What is stored. */
export function openCertificate(sealer: Sealer, sealed: string | null): ClientCertificate | undefined {
  return sealed === null ? undefined : (JSON.parse(sealer.open(sealed, 'credential')) as ClientCertificate);
}

/** What is shown of it. */
export function showCertificate(sealer: Sealer, sealed: string | null): ClientCertificateView | null {
  const opened = openCertificate(sealer, sealed);
  if (!opened) return null;
  const certificate = certificatesIn(opened.certificate);
  return {
    certificate,
    privateKey: null,
    privateKeySet: true,
    subject: subjectOf(new X509Certificate(certificate)),
    notAfter: endOf(chainOf(certificate)).toISOString(),
  };
}

const CERTIFICATE =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** The certificates of a text, and nothing else: many files hold the key beside them, and it would be shown with them. */
function certificatesIn(pem: string): string {
  const others = pem.replace(CERTIFICATE, '');
  if (others.trim() === '') return pem;
  if (others.includes('CERTIFICATE-----')) return ''; // one that is cut off
  return (pem.match(CERTIFICATE) ?? []).map((one) => `${one}\n`).join('');
}

/** The certificate, and those that lead from it to its authority. */
function chainOf(pem: string): X509Certificate[] {
  return (pem.match(CERTIFICATE) ?? []).map((one) => new X509Certificate(one));
}

function subjectOf({ subject }: X509Certificate): string {
  return subject.replaceAll('\n', ', ');
}

/** When the first of them ends: an endpoint refuses the certificate with any that has. */
function endOf(chain: readonly X509Certificate[]): Date {
  return new Date(Math.min(...chain.map(({ validTo }) => Date.parse(validTo))));
}

/**
 * Holds a certificate against its key, and all of its chain against the clock.
 * @returns when it ends.
 */
function soundUntil({ certificate: pem, privateKey }: ClientCertificate): Date {
  const first = tried(() => new X509Certificate(pem), 'certificate', 'invalid_certificate');
  const key = tried(() => createPrivateKey(privateKey), 'privateKey', 'invalid_private_key');
  if (!first.checkPrivateKey(key))
    throw invalid(fieldProblem('clientCertificate.privateKey', 'key_of_other_certificate'));
  // Both are sound, but too weak for a connection, or the chain is not.
  tried(() => createSecureContext({ cert: pem, key: privateKey }), 'certificate', 'invalid_certificate');
  const chain = tried(() => chainOf(pem), 'certificate', 'invalid_certificate');
  const now = Date.now();
  for (const one of chain) {
    const subject = subjectOf(one);
    if (Date.parse(one.validTo) <= now)
      throw invalid(fieldProblem('clientCertificate.certificate', 'certificate_expired', { subject }));
    if (Date.parse(one.validFrom) > now)
      throw invalid(fieldProblem('clientCertificate.certificate', 'certificate_not_yet_valid', { subject }));
  }
  return endOf(chain);
}

function tried<T>(
  work: () => T,
  field: 'certificate' | 'privateKey',
  code: 'invalid_certificate' | 'invalid_private_key',
): T {
  try {
    return work();
  } catch {
    throw invalid(fieldProblem(`clientCertificate.${field}`, code)); // what the library says may quote the key
  }
}
