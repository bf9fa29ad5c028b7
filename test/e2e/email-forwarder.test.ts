import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';
import { Mailbox, press } from '../harness/double-opt-in';
import { eventually, TestService } from '../harness/service';

const EXAMPLE = path.resolve(__dirname, '../../docs/examples/citizen-emails/forward-emails.mjs');

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly message: string;
}

let service: TestService;
let mailServer: SMTPServer;
let refusals = 0;
const mails: Mail[] = [];
const forwarders: ChildProcess[] = [];

beforeAll(async () => {
  service = await TestService.start();
  mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, accept) {
      accept((refusals -= 1) >= 0 ? new Error('the mail server is busy') : undefined);
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ from, to, message: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  forwarders.forEach((forwarder) => forwarder.kill());
  await new Promise<void>((resolve) => mailServer.close(resolve));
  await service.stop();
});

/** Runs the example as the documentation says. */
async function startForwarder(signingSecret: string, port = '0'): Promise<string> {
  const { port: smtpPort } = mailServer.server.address() as AddressInfo;
  const forwarder = spawn(process.execPath, [EXAMPLE], {
    env: { SIGNING_SECRET: signingSecret, SMTP_URL: `smtp://127.0.0.1:${smtpPort}`, PORT: port },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  forwarders.push(forwarder);
  const [line] = (await once(forwarder.stdout, 'data')) as [Buffer];
  return /http:\S+/.exec(line.toString())?.[0] ?? '';
}

describe('the example forwarder', () => {
  it('sends the e-mail, again where the mail server refuses it at first; its link confirms', async () => {
    const mailbox = await Mailbox.open(service, { replyTo: { email: 'help@shop.example', name: 'Help' } });
    // The secret is shown once, when the subscription is created; the forwarder then listens where that points.
    const parked = await startForwarder('whsec_MDEyMzQ1Njc4OWFiY2RlZg==');
    const { signingSecret, id } = (await service.subscribe(mailbox.app, parked, {
      updateType: 'citizen-emails',
    })) as { signingSecret: string; id: string };
    await service.ok('PATCH', `/v1/subscriptions/${id}`, { url: await startForwarder(signingSecret) });
    refusals = 1;
    await mailbox.submit('anna', { locale: 'de', email: 'anna@mail.example' });
    await eventually(() => expect(mails).toHaveLength(1));
    const [mail] = mails as [Mail];
    expect(mail).toMatchObject({ from: 'hello@shop.example', to: ['anna@mail.example'] });
    expect(mail.message).toMatch(/^From: Shop <hello@shop\.example>/m);
    expect(mail.message).toMatch(/^Reply-To: Help <help@shop\.example>/m);
    expect(mail.message).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(mail.message).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(mail.message).toMatch(/^Content-Type: text\/plain/m);
    expect(mail.message).toMatch(/^Content-Type: text\/html/m);
    const link = /http:\/\/[\d.:]+\/confirm\/[\w-]{43}/.exec(readable(mail.message))?.[0] ?? '';
    expect((await press(link, 'confirmed')).heading).toBe('Vielen Dank');
  });

  it('sends nothing that is not signed', async () => {
    const url = await startForwarder('whsec_MDEyMzQ1Njc4OWFiY2RlZg==');
    const before = mails.length;
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(500);
    expect(mails).toHaveLength(before);
  });
});

/** Without the soft line ends and escapes of quoted-printable (RFC 2045 §6.7). */
function readable(message: string): string {
  return message.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
}
