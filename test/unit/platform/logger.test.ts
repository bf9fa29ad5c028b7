import { TransportError } from '@temporalio/worker';
import { logEntry } from '../../../src/bin/parts/sdk-runtime';
import { createLogger } from '../../../src/platform/logger';
import { prettyLog } from '../../../src/platform/pretty-log';

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

  it('is told by neither where nothing is said beside it', () => {
    const lines: string[] = [];
    const logger = createLogger('debug', 'test', { write: (line) => void lines.push(line) });
    logger.warn(new Error('the token abc'));
    logger.error({ err: new Error('the token abc') });
    logger.error(new Error('the token abc'), 'not begun');
    expect(lines.join('')).not.toContain('the token abc');
    const said = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(said).toEqual(['an error', 'an error', 'not begun']);
  });
});

describe('a log for people', () => {
  const write = (colours: boolean, fields: object, message = 'request') => {
    const lines: string[] = [];
    const out = { write: (text: string) => void lines.push(text) };
    createLogger('debug', 'api', prettyLog(out, { colours })).warn(fields, message);
    return lines.join('');
  };

  it('has a line of time, level, message and members', () => {
    const line = write(false, { route: '/v1/subscriptions/{id}', status: 404, callerId: 'k-1' });
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3}Z WARN {2}request name=api route=\/v1\/subscriptions\/\{id\} status=404 callerId=k-1\n$/,
    );
    expect(write(true, {})).toContain('\u001b[33mWARN \u001b[0m');
  });

  it('tells errors and secrets no more than the other does, and lets no value steer the terminal', () => {
    const line = write(false, {
      err: new Error('the token abc'),
      email: 'ada@example.com',
      id: '\u001b[2J\nx=1',
    });
    expect(line).not.toMatch(/the token abc|ada@example|\n./);
    expect(line).not.toContain('\u001b');
    expect(line).toContain('id="\\u001b[2J\\nx=1"');
  });
});

describe("a line of Temporal's SDK", () => {
  it('goes on with the workflow and the delivery that it is about, and with nothing else', () => {
    const lines: string[] = [];
    const logger = createLogger('debug', 'worker', { write: (line) => void lines.push(line) });
    const entry = { level: 'ERROR' as const, timestampNanos: 0n, message: 'gRPC call failed' };
    logEntry(logger, {
      ...entry,
      meta: { workflow_id: 'delivery-d-1', error: 'at 10.0.0.7', sdkComponent: 'core' },
    });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ...{ level: 50, msg: 'gRPC call failed', sdkComponent: 'core' },
      ...{ workflowId: 'delivery-d-1', deliveryId: 'd-1' },
    });
    expect(lines.join('')).not.toContain('10.0.0.7');
  });

  it('says the kind of what a worker failed by, and where, without its words', () => {
    const lines: string[] = [];
    const logger = createLogger('debug', 'worker', { write: (line) => void lines.push(line) });
    const error = new TransportError('Status { code: Unavailable, message: "at 10.0.0.7" }');
    logEntry(logger, { level: 'ERROR', timestampNanos: 0n, message: 'Worker failed', meta: { error } });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'Worker failed',
      err: { name: 'TransportError' },
    });
    expect(lines.join('')).not.toContain('10.0.0.7');
  });
});
