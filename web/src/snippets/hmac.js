const { createHmac, timingSafeEqual } = require('node:crypto');

function verify(secret, headers, body) {
  const sentAt = headers['webhook-timestamp'];
  if (!(Math.abs(Date.now() / 1000 - Number(sentAt)) < 300)) return false;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const content = `${headers['webhook-id']}.${sentAt}.${body}`;
  const expected = Buffer.from('v1,' + createHmac('sha256', key).update(content).digest('base64'));
  return String(headers['webhook-signature'])
    .split(' ')
    .map((given) => Buffer.from(given))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}
