/** Certificates for tests, of authorities that are made on the spot. */
import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** A certificate with its key, both PEM. */
export interface Issued {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface Authority {
  /** Its own certificate, PEM. */
  readonly certificate: string;
  /** Issues a certificate for a name; on loopback where a server shows it. */
  issue(name: string, options?: { readonly beginsAt?: Date; readonly endsAt?: Date }): Issued;
}

const DAY_MS = 86_400_000;

/** Makes an authority. */
export function createAuthority(
  name: string,
  times: { readonly beginsAt?: Date; readonly endsAt?: Date } = {},
): Authority {
  const own = newKey();
  const certificate = sign({
    subject: name,
    key: own.publicKey,
    issuer: name,
    by: own.privateKey,
    isAuthority: true,
    ...times,
  });
  return {
    certificate,
    issue(subject, its = {}) {
      const key = newKey();
      const issued = { subject, key: key.publicKey, issuer: name, by: own.privateKey, ...its };
      return { certificate: sign(issued), privateKey: key.privateKey };
    },
  };
}

function newKey(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

interface ToSign {
  readonly subject: string;
  /** PEM. */
  readonly key: string;
  readonly issuer: string;
  /** PEM. */
  readonly by: string;
  readonly isAuthority?: boolean;
  readonly beginsAt?: Date;
  readonly endsAt?: Date;
}

let serial = 1;

function sign({ subject, key, issuer, by, isAuthority = false, ...times }: ToSign): string {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(key);
  certificate.serialNumber = (serial++).toString(16).padStart(2, '0');
  certificate.validity.notBefore = times.beginsAt ?? new Date(Date.now() - 30 * DAY_MS);
  certificate.validity.notAfter = times.endsAt ?? new Date(Date.now() + 30 * DAY_MS);
  certificate.setSubject([{ name: 'commonName', value: subject }]);
  certificate.setIssuer([{ name: 'commonName', value: issuer }]);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: isAuthority },
    ...(isAuthority ? [] : [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }]),
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(by), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}
