import { newId, timeOfId } from '../../../src/platform/ids';

it('an id tells the millisecond in which it was made', () => {
  const before = Date.now();
  const id = newId();
  const time = timeOfId(id).getTime();
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});

it('reads the example of RFC 9562, appendix A.6', () => {
  expect(timeOfId('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toEqual(new Date('2022-02-22T19:22:22.000Z'));
});
