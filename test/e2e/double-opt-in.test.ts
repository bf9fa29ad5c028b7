import { Mailbox, press, visit } from '../harness/double-opt-in';
import { eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ retryIntervalMs: 600_000 });
});
afterAll(() => service.stop());

describe('consent submitted as pending', () => {
  it('is requested by e-mail, left alone by a GET, granted by the button, and goes out to all subscriptions', async () => {
    const mailbox = await Mailbox.open(service, { replyTo: { email: 'help@shop.example' } });
    const submitted = await mailbox.submit('anna');
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'PENDING' });
    const email = await mailbox.email();
    expect(Object.keys(email)).toEqual([
      ...[
        'applicationId',
        'citizenId',
        'externalRef',
        'emailId',
        'type',
        'transactionIds',
        'locale',
        'from',
        'to',
      ],
      ...['replyTo', 'subject', 'text', 'html', 'headers', 'confirmUrl', 'expiresAt', 'sentAt'],
    ]);
    expect(email).toMatchObject({
      ...{ applicationId: mailbox.app, citizenId: submitted.citizenId, externalRef: 'anna' },
      ...{ type: 'double-opt-in', transactionIds: submitted.transactionIds, locale: 'en' },
      from: { email: 'hello@shop.example', name: 'Shop' },
      to: [{ email: 'anna@mail.example', name: null }],
      replyTo: { email: 'help@shop.example', name: null },
      subject: 'Please confirm your consent for Shop',
    });
    expect(email.headers).toContainEqual({ name: 'Auto-Submitted', value: 'auto-generated' });
    for (const form of [email.html, email.text]) {
      expect(form).toContain(email.confirmUrl);
      expect(form).toContain('I want the newsletter.');
      expect(form).toContain('https://shop.example/privacy');
    }
    expect(email.confirmUrl).toMatch(new RegExp(`^${service.url}/confirm/[A-Za-z0-9_-]{43}$`));

    const page = await visit(email.confirmUrl);
    expect(page.html).toContain('I want the newsletter.');
    await visit(email.confirmUrl);
    await fetch(email.confirmUrl, { method: 'HEAD' });
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'PENDING' });

    expect((await press(email.confirmUrl, 'confirmed')).heading).toBe('Thank you');
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'GRANTED' });
    await eventually(() => expect(mailbox.told('receipts')).toEqual(['PENDING', 'GRANTED']));
    // Rendered when it is sent: the first one may say GRANTED already.
    await eventually(() => expect(mailbox.told('full')).toHaveLength(2));
    expect(mailbox.told('full').at(-1)).toBe('GRANTED');
    await mailbox.untilOptIn(submitted.optInId, 'confirmed');
    await eventually(async () => {
      const { workflow } = await service.temporal();
      expect((await workflow.getHandle(`opt-in-${submitted.optInId}`).describe()).status.name).toBe(
        'COMPLETED',
      );
    });
    expect(mailbox.emails).toHaveLength(1);
  });

  it('keeps evidence of the confirmation, which no webhook carries', async () => {
    const mailbox = await Mailbox.open(service);
    const { optInId } = await mailbox.submit('anna');
    const email = await mailbox.email();
    await press(email.confirmUrl, 'confirmed');
    const [evidence] = await service.db.doubleOptInDecision.findMany({ where: { optInId } });
    expect(evidence).toMatchObject({
      ...{ decision: 'confirmed', emailId: email.emailId, network: '127.0.0.0/24', language: 'en' },
      shown: [
        expect.objectContaining({
          name: 'newsletter',
          statement: 'I want the newsletter.',
          privacyPolicy: { name: 'Privacy policy', url: 'https://shop.example/privacy' },
        }),
      ],
    });
    const granted = await service.db.permissionTransaction.findFirst({
      where: { changeId: evidence?.changeId ?? '' },
    });
    expect(granted).toMatchObject({ state: 'GRANTED', channel: 'double-opt-in', validUntil: null });
    await eventually(() => expect(mailbox.told('receipts')).toEqual(['PENDING', 'GRANTED']));
    expect(JSON.stringify(mailbox.receiver.received)).not.toContain('127.0.0.0/24');
  });

  it('has, once confirmed, the validity that was requested', async () => {
    const mailbox = await Mailbox.open(service);
    const change = {
      optionType: 'option',
      optionId: 'newsletter',
      justification: 'consent',
      state: 'GRANTED',
    };
    const validity = { validFrom: '2020-01-01T00:00:00.000Z', validUntil: '2090-01-01T00:00:00.000Z' };
    await mailbox.submit('anna', { changes: [{ ...change, ...validity }] });
    await press((await mailbox.email()).confirmUrl, 'confirmed');
    const { permissions } = (await service.ok(
      'GET',
      `/v1/permissions?applicationId=${mailbox.app}&externalRef=anna`,
    )) as { permissions: unknown[] };
    expect(permissions[0]).toMatchObject({ state: 'GRANTED', ...validity });
  });

  it('is denied by the other button', async () => {
    const mailbox = await Mailbox.open(service);
    const { optInId } = await mailbox.submit('anna');
    expect((await press((await mailbox.email()).confirmUrl, 'declined')).heading).toBe('You have declined');
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'DENIED' });
    await eventually(() => expect(mailbox.told('receipts')).toEqual(['PENDING', 'DENIED']));
    await mailbox.untilOptIn(optInId, 'declined');
  });

  it('counts once however often, and however fast, the button is pressed', async () => {
    const mailbox = await Mailbox.open(service);
    const { citizenId } = await mailbox.submit('anna');
    const { confirmUrl } = await mailbox.email();
    await Promise.all(
      Array.from({ length: 8 }, (_, i) => press(confirmUrl, i % 2 ? 'confirmed' : 'declined', 1)),
    );
    expect(await service.db.change.count({ where: { citizenId } })).toBe(2);
    const again = await press(confirmUrl, 'confirmed', 1);
    expect(again.heading).toMatch(/already$/);
    expect((await visit(confirmUrl)).heading).toMatch(/already$/);
    expect(await service.db.change.count({ where: { citizenId } })).toBe(2);
  });

  it('is void once the consent was changed otherwise: the link says so and records nothing', async () => {
    const mailbox = await Mailbox.open(service);
    const { optInId } = await mailbox.submit('anna');
    const { confirmUrl } = await mailbox.email();
    await service.consent(mailbox.app, 'anna', 'DENIED');
    await mailbox.untilOptIn(optInId, 'voided');
    expect((await press(confirmUrl, 'confirmed', 1)).heading).toBe('This link no longer counts');
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'DENIED' });
  });

  it('is joined by a further submission: one opt-in, and a new e-mail that lists both', async () => {
    const mailbox = await Mailbox.open(service);
    const first = await mailbox.submit('anna');
    const { confirmUrl: old } = await mailbox.email();
    const second = await mailbox.submit('anna', {}, 'profiling');
    expect(second.optInId).toBe(first.optInId);
    const email = await mailbox.email(2);
    expect(email.transactionIds).toEqual([...first.transactionIds, ...second.transactionIds]);
    // A page that showed the first one only confirms nothing but that one.
    await press(old, 'confirmed', 1);
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'GRANTED', profiling: 'PENDING' });
    await press(email.confirmUrl, 'confirmed');
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'GRANTED', profiling: 'GRANTED' });
    await mailbox.untilOptIn(first.optInId, 'confirmed');
  });

  it('writes in the language of the citizen, and shows names as text', async () => {
    const mailbox = await Mailbox.open(service, { name: '<script>alert(1)</script> & "Söhne"' });
    await mailbox.submit('anna', { locale: 'de-AT' });
    const email = await mailbox.email();
    expect(email.locale).toBe('de');
    expect(email.subject).toBe(
      'Bitte bestätigen Sie Ihre Einwilligung für <script>alert(1)</script> & "Söhne"',
    );
    expect(email.html).not.toContain('<script');
    expect(email.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;Söhne&#34;');
    const page = await visit(email.confirmUrl);
    expect(page.html).toContain('<html lang="de">');
    expect(page.html).not.toContain('<script');
  });
});

describe('a link', () => {
  it('that nobody was given leads to a neutral page, in the language of the browser', async () => {
    for (const token of ['x'.repeat(43), 'short', '%F0%9F%98%80', '..%2f..']) {
      const page = await visit(`${service.url}/confirm/${token}`, { 'accept-language': 'de' });
      expect([page.status, page.heading]).toEqual([404, 'Dieser Link ist nicht bekannt']);
    }
    expect((await visit(`${service.url}/confirm`)).status).toBe(404);
  });

  it('leads to a page without scripts and without anything from other hosts', async () => {
    const mailbox = await Mailbox.open(service);
    await mailbox.submit('anna');
    const { headers, html } = await visit((await mailbox.email()).confirmUrl);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none';style-src 'nonce-[^']+';img-src data:;base-uri 'none';form-action 'self';frame-ancestors 'none'$/,
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(html).not.toMatch(/<(script|img|iframe|link rel="stylesheet")/);
  });

  it('accepts nothing but GET, and POST of its form', async () => {
    const mailbox = await Mailbox.open(service);
    await mailbox.submit('anna');
    const { confirmUrl } = await mailbox.email();
    expect((await fetch(confirmUrl, { method: 'DELETE' })).status).toBe(405);
    expect(
      (await fetch(confirmUrl, { method: 'POST', body: new URLSearchParams({ decision: 'x' }) })).status,
    ).toBe(400);
    expect((await fetch(`${confirmUrl}?decision=confirmed&shown=1`)).status).toBe(200);
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'PENDING' });
  });
});
