/** Headers of a subscription's own, which each of its requests carries beside its authentication. */
import { z } from 'zod';
import type { Sealer } from '../platform/encryption';
import { fieldProblem, invalid } from '../platform/errors';
import { coded } from '../platform/field-problems';
import { line } from '../platform/fields';
import type { CredentialColumns } from './credentials';
import { headerNameProblem, headerValueProblem } from './header-field';
import { hidden, secret, set } from './secret-fields';
import { SHORTEST_SECRET } from './shortest-secret';

/** A header, opened. */
export interface StaticHeader {
  readonly name: string;
  readonly value: string;
}

const MOST = 20;
const WHAT_IT_SAYS = `What it says. It is always hidden; with ${SHORTEST_SECRET} characters or more also where an answer repeats it.`;
const name = line(200).meta({ description: 'Name of the header.', examples: ['X-Tenant'] });

/** `headers` of a request. */
export const headersInput = z
  .array(
    z
      .strictObject({ name, value: secret(WHAT_IT_SAYS, 'tenant-of-acme', 1), valueSet: set.optional() })
      .superRefine((header, context) => {
        const wrong = headerNameProblem(header.name);
        if (wrong !== undefined) context.addIssue({ code: 'custom', path: ['name'], message: coded(wrong) });
        const content = typeof header.value === 'string' ? headerValueProblem(header.value) : undefined;
        if (content !== undefined)
          context.addIssue({ code: 'custom', path: ['value'], message: coded(content) });
      })
      .meta({ id: 'StaticHeaderInput', description: 'A header that each request carries.' }),
  )
  .max(MOST)
  .superRefine((headers, context) => {
    for (const [index, header] of headers.entries()) {
      const first = headers.findIndex((other) => isSame(other.name, header.name));
      if (first < index)
        context.addIssue({ code: 'custom', path: [index, 'name'], message: coded('duplicate') });
    }
  })
  .meta({
    description: `Headers that each request carries beside its authentication, ${MOST} at most; given, they take the place of the stored ones.`,
  });
export type HeadersInput = z.output<typeof headersInput>;

/** `headers` as they are shown, without what they say. */
export const headersView = z
  .array(
    z
      .object({
        name,
        value: hidden,
        valueSet: z.boolean().meta({ description: 'Whether a value is stored.', examples: [true] }),
      })
      .meta({ id: 'StaticHeader', description: 'A header that each request carries.' }),
  )
  .meta({ description: 'Headers that each request carries beside its authentication.' });
export type HeadersView = z.output<typeof headersView>;

/**
 * The sealed form of the headers of a request; null where there are none. A value that is absent or null stays the stored one of
 * that name.
 * @param elsewhere the stored ones were given for another origin than the one they would be sent to now
 * @throws ServiceError naming the field where no value is given and none is stored for that origin.
 */
export function sealHeaders(
  sealer: Sealer,
  input: HeadersInput,
  storedSealed: string | null,
  elsewhere = false,
): string | null {
  const stored = openHeaders(sealer, storedSealed);
  const headers = input.map(({ name, value }, index) => {
    const kept = value ?? stored.find((header) => isSame(header.name, name))?.value;
    if (kept === undefined) throw invalid(fieldProblem(`headers.${index}.value`, 'secret_required'));
    if (elsewhere && typeof value !== 'string')
      throw invalid(fieldProblem(`headers.${index}.value`, 'secret_of_other_origin'));
    return { name, value: kept };
  });
  return headers.length === 0 ? null : sealer.seal(JSON.stringify(headers), 'credential');
}

/** The headers that are stored. */
export function openHeaders(sealer: Sealer, sealed: string | null): StaticHeader[] {
  return sealed === null ? [] : (JSON.parse(sealer.open(sealed, 'credential')) as StaticHeader[]);
}

/** Whether two differ in what a request would carry. */
export function headersDiffer(sealer: Sealer, a: string | null, b: string | null): boolean {
  return JSON.stringify(openHeaders(sealer, a)) !== JSON.stringify(openHeaders(sealer, b));
}

/** What is shown of stored headers. */
export function showHeaders(sealer: Sealer, sealed: string | null): HeadersView {
  return openHeaders(sealer, sealed).map(({ name }) => ({ name, value: null, valueSet: true }));
}

/**
 * Holds headers against the authentication beside them: it may set one of the same name.
 * @throws ServiceError naming the header.
 */
export function checkBesideAuthentication(
  sealer: Sealer,
  sealed: string | null,
  { authType, authLocation, authKey }: CredentialColumns,
): void {
  const taken =
    authType === 'api-key' ? (authLocation === 'header' ? authKey : null) : AUTHORIZED_BY[authType];
  const index = openHeaders(sealer, sealed).findIndex((header) => isSame(header.name, taken ?? ''));
  if (index >= 0) throw invalid(fieldProblem(`headers.${index}.name`, 'header_of_authentication'));
}

/** The header that a way of authentication sets. */
const AUTHORIZED_BY: Readonly<Record<string, string>> = {
  bearer: 'authorization',
  oauth2: 'authorization',
};

/** Names of headers are the same in any case (RFC 9110 §5.1). */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
