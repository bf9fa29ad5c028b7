import { describeError } from '../../../src/platform/describe-error';

describe('what is logged of an unexpected error', () => {
  it('is its kind, code and place, and never its message', () => {
    const cause = new RangeError('ada@example.com\n    at first sight (ada@example.com)');
    const error = Object.assign(new TypeError('secret\nsecond line', { cause }), { code: 'P2002' });
    const described = describeError(error);
    expect(described).toMatchObject({ name: 'TypeError', code: 'P2002', cause: { name: 'RangeError' } });
    expect(described.frames[0]).toContain('describe-error.test.ts');
    expect(JSON.stringify(described)).not.toMatch(/secret\\n|second line|ada@/);
  });

  it('is only its type where it is no error', () => {
    expect(describeError('secret')).toEqual({ name: 'string', frames: [] });
  });
});
