/**
 * An OpenID Connect provider on loopback: identity-provider-process.mjs REDIRECT_URI. Its messages say where it is (`{ issuer }`); those to it
 * say who there is (`{ account, claims }`), and are answered (`{ known }`). Whoever is there may log in by their name alone.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const CLIENT = { client_id: 'cpm', client_secret: 'a secret of the client' };
/** It warns of keys and stores that are for trying things out, and here they are. */
console.warn = () => undefined;
console.info = () => undefined;
const { default: Provider } = await import('oidc-provider');

const accounts = new Map();
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      { ...CLIENT, redirect_uris: [process.argv[2]], token_endpoint_auth_method: 'client_secret_post' },
    ],
    acrValues: ['level-2'],
    claims: { openid: ['sub', 'groups', 'amr'], email: ['email', 'email_verified'] },
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...accounts.get(accountId) }),
    }),
    interactions: { url: (_ctx, { uid }) => `/log-in/${uid}` },
    loadExistingGrant,
    pkce: { required: () => true },
  });
  const answer = provider.callback();
  server.on('request', (req, res) => {
    if (!req.url.startsWith('/log-in/')) return answer(req, res);
    return logIn(provider, req, res).catch((error) => res.writeHead(500).end(error.message));
  });
  process.on('message', ({ account, claims }) => {
    accounts.set(account, claims);
    process.send({ known: account });
  });
  process.send({ issuer });
});
process.once('disconnect', () => process.exit());

/** Nobody is asked whether the client may know what it asks for. */
async function loadExistingGrant({ oidc }) {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client.clientId,
    accountId: oidc.session.accountId,
  });
  grant.addOIDCScope(oidc.params.scope);
  await grant.save();
  return grant;
}

async function logIn(provider, req, res) {
  if (req.method === 'GET') {
    res.writeHead(200, { 'content-type': 'text/html' });
    res.end(
      '<title>Provider</title><form method="post"><label>Name <input name="name"></label><button>Continue</button></form>',
    );
    return;
  }
  const name = new URLSearchParams(await text(req)).get('name');
  const { acr } = accounts.get(name) ?? {};
  const result = accounts.has(name) ? { login: { accountId: name, acr } } : { error: 'access_denied' };
  await provider.interactionFinished(req, res, result);
}
