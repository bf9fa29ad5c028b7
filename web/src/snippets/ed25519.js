const { createPublicKey, verify: isSignedBy } = require('node:crypto');

function verify(x, headers, body) {
  const sentAt = headers['webhook-timestamp'];
  if (!(Math.abs(Date.now() / 1000 - Number(sentAt)) < 300)) return false;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const content = Buffer.from(`${headers['webhook-id']}.${sentAt}.${body}`);
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((given) => given.startsWith('v1a,'))
    .some((given) => isSignedBy(null, content, key, Buffer.from(given.slice(4), 'base64')));
}
