import { randomBytes } from 'node:crypto';
import { createSealer } from '../../../src/platform/encryption';
import type { AuthenticationInput } from '../../../src/subscriptions/authentication';
import {
  credentialColumns,
  credentialsDiffer,
  NO_CREDENTIALS,
  showCredentials,
} from '../../../src/subscriptions/credentials';

const sealer = createSealer([randomBytes(32)]);
const apiKey = (value?: string | null, location: 'header' | 'query' = 'header'): AuthenticationInput => ({
  authType: 'api-key',
  apiKeyAuth: { location, key: 'X-Key', ...(value === undefined ? {} : { value }) },
});
const bearer = (token?: string | null, expiresAt?: string | null): AuthenticationInput => ({
  authType: 'bearer',
  bearerAuth: {
    ...(token === undefined ? {} : { token }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  },
});
const store = (input: AuthenticationInput, stored = NO_CREDENTIALS) =>
  credentialColumns(sealer, input, stored);
const secretIn = (columns: { authSecretSealed: string | null }): string | null =>
  columns.authSecretSealed === null ? null : sealer.open(columns.authSecretSealed, 'credential');

describe('the authentication of a subscription, stored', () => {
  it('seals the secret, and shows only that there is one', () => {
    const stored = store(apiKey('s3cret'));
    expect(JSON.stringify(stored)).not.toContain('s3cret');
    expect(secretIn(stored)).toBe('s3cret');
    expect(showCredentials(sealer, stored)).toEqual({
      authType: 'api-key',
      apiKeyAuth: { location: 'header', key: 'X-Key', value: null, valueSet: true },
    });
  });

  it('keeps the stored secret where none is given, or null', () => {
    const stored = store(bearer('t0ken', '2027-01-01T00:00:00.000Z'));
    for (const token of [undefined, null]) expect(secretIn(store(bearer(token), stored))).toBe('t0ken');
  });

  it('keeps no secret of another kind of authentication', () => {
    expect(() => store(apiKey(), store(bearer('t0ken')))).toThrow(
      expect.objectContaining({ code: 'invalid_request' }) as Error,
    );
    expect(() => store(bearer(null))).toThrow(expect.objectContaining({ code: 'invalid_request' }) as Error);
  });

  it('is nothing at all where none is wanted any more', () => {
    expect(store({ authType: 'none' }, store(bearer('t0ken')))).toEqual(NO_CREDENTIALS);
    expect(showCredentials(sealer, NO_CREDENTIALS)).toEqual({ authType: 'none' });
  });

  it('does not move a key into a header that cannot hold it', () => {
    const stored = store(apiKey('schlüssel', 'query'));
    expect(secretIn(stored)).toBe('schlüssel');
    expect(() => store(apiKey(undefined, 'header'), stored)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }) as Error,
    );
  });
});

describe('two authentications', () => {
  it('are the same where the same secret is given again', () => {
    expect(credentialsDiffer(sealer, store(apiKey('a')), store(apiKey('a')))).toBe(false);
    expect(credentialsDiffer(sealer, NO_CREDENTIALS, NO_CREDENTIALS)).toBe(false);
  });

  it.each([
    ['the secret', store(apiKey('a')), store(apiKey('b'))],
    ['the place', store(apiKey('a')), store(apiKey('a', 'query'))],
    ['the kind', store(apiKey('a')), store(bearer('a'))],
    ['the expiry', store(bearer('a')), store(bearer('a', '2027-01-01T00:00:00.000Z'))],
    ['whether there is any', store(bearer('a')), NO_CREDENTIALS],
  ])('differ by %s', (_, one, other) => {
    expect(credentialsDiffer(sealer, one, other)).toBe(true);
    expect(credentialsDiffer(sealer, other, one)).toBe(true);
  });
});
