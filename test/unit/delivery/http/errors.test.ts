import fc from 'fast-check';
import {
  describeOwnTrouble,
  describeRequestError,
  ExchangeError,
  failureOf,
} from '../../../../src/delivery/http/errors';

const withCode = (code: string, options?: ErrorOptions): Error =>
  Object.assign(new Error('https://user:s3cret@receiver.example', options), { code });

describe('the description of a failed request', () => {
  it.each([
    ['ECONNREFUSED', 'connection refused'],
    ['ECONNRESET', 'connection reset by the endpoint'],
    ['ENOTFOUND', 'host name not found'],
    ['ETIMEDOUT', 'connection timed out'],
    [
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'the TLS certificate could not be verified: its issuer is not known here',
    ],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'the endpoint does not speak TLS on this port'],
    ['CERT_HAS_EXPIRED', 'the TLS certificate has expired'],
    ['HPE_INVALID_CONSTANT', 'the answer is not valid HTTP'],
  ])('says what %s means', (code, words) => {
    expect(describeRequestError(withCode(code))).toBe(words);
  });

  it.each([
    ['ECONNREFUSED', 'connection_refused'],
    ['ENOTFOUND', 'name_not_found'],
    ['CERT_HAS_EXPIRED', 'certificate_expired'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate_untrusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate_of_other_host'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client_certificate'],
    ['HPE_INVALID_CONSTANT', 'invalid_answer'],
    ['EWHATEVER', 'other'],
  ])('tells programs what kind of failure %s is', (code, failure) => {
    expect(failureOf(new TypeError('fetch failed', { cause: withCode(code) }))).toBe(failure);
  });

  it('goes by the innermost code that it knows: libraries wrap the error of the socket', () => {
    const reset = withCode('ERR_LIBRARY', { cause: withCode('ECONNRESET') });
    expect(describeRequestError(new TypeError('fetch failed', { cause: reset }))).toBe(
      'connection reset by the endpoint',
    );
    expect(describeRequestError(withCode('ETIMEDOUT', { cause: withCode('EWHATEVER') }))).toBe(
      'connection timed out',
    );
  });

  it('names what failed for each address of a host, once', () => {
    const parts = [withCode('ECONNREFUSED'), withCode('ENETUNREACH'), withCode('ECONNREFUSED')];
    const error = Object.assign(new AggregateError(parts), { code: 'ECONNREFUSED' });
    expect(describeRequestError(error)).toBe('connection refused; network unreachable');
  });

  it('ends where causes form a circle', () => {
    const [one, other] = [withCode('EONE'), withCode('EOTHER')];
    Object.assign(one, { cause: other });
    Object.assign(other, { cause: one, errors: [one, other] });
    expect(describeRequestError(one)).toMatch(/^request failed \(E(ONE|OTHER)\)$/);
    Object.assign(other, { code: 'ECONNREFUSED' });
    expect(describeRequestError(one)).toBe('connection refused');
  });

  it('says how an exchange ended that no system call failed in', () => {
    expect(describeRequestError(new ExchangeError('ANSWER_CUT_OFF'))).toMatch(/^the answer was cut off/);
  });

  it('names a code that it does not know', () => {
    expect(describeRequestError(withCode('EWHATEVER'))).toBe('request failed (EWHATEVER)');
    expect(describeRequestError(new Error('x', { cause: withCode('EWHATEVER') }))).toBe(
      'request failed (EWHATEVER)',
    );
  });

  it('is there for whatever was thrown, and never repeats its message', () => {
    const messages = fc.string({ minLength: 20 });
    fc.assert(
      fc.property(messages, fc.constantFrom('ECONNRESET', 'EWHATEVER', undefined), (message, code) => {
        const error = Object.assign(new Error(message), code === undefined ? {} : { code });
        expect(describeRequestError(error)).not.toContain(message);
        expect(describeRequestError(message)).toBe('request failed');
      }),
    );
    for (const thrown of [undefined, null, 5, {}, { code: 5 }]) {
      expect(describeRequestError(thrown)).toBe('request failed');
    }
  });
});

describe('trouble of this machine', () => {
  it('is told apart from what an endpoint does', () => {
    expect(describeOwnTrouble(withCode('EMFILE'))).toBe('this process has too many files open');
    expect(describeOwnTrouble(new AggregateError([withCode('EMFILE'), withCode('EMFILE')]))).toBeDefined();
    const mixed = new AggregateError([withCode('EMFILE'), withCode('ECONNREFUSED')]);
    for (const error of [withCode('ECONNREFUSED'), mixed, new Error('x'), undefined]) {
      expect(describeOwnTrouble(error)).toBeUndefined();
    }
  });
});
