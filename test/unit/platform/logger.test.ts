import { createLogger } from '../../../src/platform/logger';

describe('an error that is logged', () => {
  it.each(['err', 'error'])('is told by its kind and place as %s, never by its message', (member) => {
    const lines: string[] = [];
    const logger = createLogger('debug', 'test', { write: (line) => void lines.push(line) });
    const cause = Object.assign(new RangeError('of ada@example.com'), { code: 'P2002' });
    logger.warn({ deliveryId: 'd-1', [member]: new Error('the token abc', { cause }) }, 'not begun');
    expect(lines.join('')).not.toMatch(/the token abc|ada@example/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ...{ deliveryId: 'd-1', msg: 'not begun' },
      [member]: { name: 'Error', cause: { name: 'RangeError', code: 'P2002' } },
    });
  });
});
