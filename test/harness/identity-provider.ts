/** An OpenID Connect provider of its own process (identity-provider-process.mjs), and browsers that log in there. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { WaysIn } from '../../src/api/schemas/session';
import type { IdentityProviderSettings } from '../../src/platform/log-in-settings';

/** A running provider. */
export class TestProvider {
  private constructor(
    private readonly child: ChildProcess,
    readonly issuer: string,
  ) {}

  /** @param publicUrl of the service whose people log in. */
  static async start(publicUrl: string): Promise<TestProvider> {
    const child = fork(path.join(__dirname, 'identity-provider-process.mjs'), [
      `${publicUrl}/log-in/callback`,
    ]);
    const [{ issuer }] = (await once(child, 'message')) as [{ issuer: string }];
    return new TestProvider(child, issuer);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  /** From now on, there is somebody of this name, with these claims. */
  async know(account: string, claims: object): Promise<void> {
    const known = once(this.child, 'message');
    this.child.send({ account, claims });
    await known;
  }

  /** What a service is told of it. */
  settings(changes: Partial<IdentityProviderSettings> = {}): IdentityProviderSettings {
    return {
      ...{ issuer: this.issuer, clientId: 'cpm', clientSecret: 'a secret of the client' },
      ...{ scope: 'openid email', roleClaim: 'groups', levels: [], trustsEmails: false },
      roles: [
        { value: 'admins', role: 'owner', applicationIds: null },
        { value: 'shop team', role: 'editor', applicationIds: ['shop'] },
        { value: 'staff', role: 'viewer', applicationIds: null },
      ],
      ...changes,
    };
  }
}

/** Stands for a provider wherever what one says is none of a test's business: it knows one person, who may do everything. */
export const AGREEABLE_PROVIDER: NonNullable<WaysIn['provider']> = {
  name: 'accounts.example.com',
  settings: {
    ...{ issuer: 'https://accounts.example.com', clientId: 'cpm', clientSecret: undefined },
    ...{ scope: 'openid', roleClaim: 'roles', levels: [], trustsEmails: true },
    roles: [{ value: 'owner', role: 'owner', applicationIds: null }],
  },
  begin: () =>
    Promise.resolve({
      url: 'https://accounts.example.com/authorize',
      attempt: { state: 'state-of-the-log-in', nonce: 'nonce', verifier: 'verifier' },
    }),
  finish: () =>
    Promise.resolve({
      ...{ issuer: 'https://accounts.example.com', subject: 'one' },
      claims: { email: 'one@accounts.example.com', roles: ['owner'] },
    }),
};

/**
 * Logs in with a provider as somebody, in a browser that has not been there before.
 * @param url where the service has sent the browser
 * @returns what stands in the address that the provider sends the browser back to.
 */
export async function logInThere(url: string, account: string): Promise<Record<string, string>> {
  const cookies = new Map<string, string>();
  let [next, form] = [new URL(url), undefined as string | undefined];
  for (;;) {
    const response = await fetch(next, {
      ...{ method: form === undefined ? 'GET' : 'POST', body: form, redirect: 'manual' },
      headers: {
        cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    } as RequestInit);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    form = location === null ? new URLSearchParams({ name: account }).toString() : undefined;
    if (response.status >= 400)
      throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
    if (location === null) continue;
    next = new URL(location, next);
    if (next.pathname.endsWith('/log-in/callback')) return Object.fromEntries(next.searchParams);
  }
}
