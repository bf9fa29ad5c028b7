/** Somebody in a browser: keeps the session's cookie and sends its CSRF token, and has no API key. */
import type { Answer, CallOptions } from './api';

export class Visitor {
  cookie: string | undefined;
  csrfToken: string | undefined;

  constructor(private readonly url: string) {}

  async call(method: string, target: string, { body, headers }: CallOptions = {}): Promise<Answer> {
    const response = await fetch(this.url + target, {
      method,
      headers: {
        ...(this.cookie !== undefined && { cookie: `other=1; ${this.cookie}` }),
        ...(this.csrfToken !== undefined && { 'x-csrf-token': this.csrfToken }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const set = response.headers.get('set-cookie');
    if (set !== null) this.cookie = set.split(';')[0];
    const text = await response.text();
    const parsed = (text === '' ? undefined : JSON.parse(text)) as Answer['body'];
    if (typeof parsed?.csrfToken === 'string') this.csrfToken = parsed.csrfToken;
    return { status: response.status, headers: response.headers, body: parsed, text };
  }

  logIn(email: string, password: string): Promise<Answer> {
    return this.call('POST', '/v1/session', { body: { email, password } });
  }
}
