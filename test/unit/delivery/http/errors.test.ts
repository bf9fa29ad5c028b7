import fc from 'fast-check';
import { errors } from 'undici';
import { describeRequestError } from '../../../../src/delivery/http/errors';

const withCode = (code: string, options?: ErrorOptions): Error =>
  Object.assign(new Error('https://user:s3cret@receiver.example', options), { code });

describe('the description of a failed request', () => {
  it.each([
    ['ECONNREFUSED', 'connection refused'],
    ['ECONNRESET', 'connection reset by the endpoint'],
    ['ENOTFOUND', 'host name not found'],
    ['ETIMEDOUT', 'connection timed out'],
    ['UND_ERR_SOCKET', 'connection closed by the endpoint'],
    ['CERT_HAS_EXPIRED', 'the TLS certificate has expired'],
    ['HPE_INVALID_CONSTANT', 'the answer is not valid HTTP'],
  ])('says what %s means', (code, words) => {
    expect(describeRequestError(withCode(code))).toBe(words);
  });

  it('goes by the innermost code that it knows: undici wraps the error of the socket', () => {
    const reset = withCode('UND_ERR_SOCKET', { cause: withCode('ECONNRESET') });
    expect(describeRequestError(new TypeError('fetch failed', { cause: reset }))).toBe(
      'connection reset by the endpoint',
    );
    expect(describeRequestError(withCode('UND_ERR_SOCKET', { cause: withCode('EWHATEVER') }))).toBe(
      'connection closed by the endpoint',
    );
  });

  it('knows a failure of the parser that has no code', () => {
    expect(describeRequestError(new errors.HTTPParserError('Invalid header'))).toBe(
      'the answer is not valid HTTP',
    );
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
