import { isCommonPassword, namesItsAccount } from '../../../src/access/common-passwords';

describe('a password', () => {
  it.each([
    ...['password1234', 'PASSWORD1234', 'P@ssw0rd1234', 'Passwort1234', 'password-1234', 'pass word 1234'],
    ...['123456789012', 'qwertyuiop12', 'aaaaaaaaaaaa', 'abcabcabcabc', 'iloveyou2026!', 'adminadminadmin'],
    ...['monkeydragon1', 'letmeinletmein', '            ', '------------'],
    ...['drowssap4321', '1234drowssap', 'abcdefghijkl', 'zyxwvuts1234', '0987654321qw', 'qwertzuiop12'],
    ...['ytrewq654321', 'pässwôrd1234', 'ｐａｓｓｗｏｒｄ１２３４'],
  ])('that is little more than common ones is common: %s', (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  it.each([
    ...['correct-horse-battery', 'an example passphrase', 'quite another password', '1oN1c-zx2d531Xbc3DWG'],
    ...['blaue Berge im Winterlicht', 'Überraschung am Fluss', 'fünfzig grüne Gurken'],
  ])('that is not is none: %s', (password) => {
    expect(isCommonPassword(password)).toBe(false);
  });

  it('of any length is judged at once', () => {
    const begun = performance.now();
    for (const text of ['ab'.repeat(100), '0'.repeat(200), 'password'.repeat(25)]) isCommonPassword(text);
    expect(performance.now() - begun).toBeLessThan(250);
  });

  it.each([
    ['Grace.Hopper-1906!', 'grace.hopper@example.com'],
    ['my dear hopper, hello', 'grace.hopper@example.com'],
    ['GRACEHOPPER wins all', 'grace_hopper@example.com'],
    ['CPM-Webhooks forever', 'ada@example.com'],
  ])('that holds the name of its account or of the product says so: %s of %s', (password, email) => {
    expect(namesItsAccount(password, email)).toBe(true);
  });

  it('is not told to hold a name of three letters, which stands in many words', () => {
    expect(namesItsAccount('armada on the sea', 'ada@example.com')).toBe(false);
  });
});
