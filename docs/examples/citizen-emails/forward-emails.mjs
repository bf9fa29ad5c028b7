/**
 * Forwards Citizen Emails webhooks to a mail server (docs/email.md).
 *
 *   SIGNING_SECRET=whsec_... SMTP_URL=smtp://user:password@mail.example.com:587 PORT=4100 node forward-emails.mjs
 *
 * Needs the packages `nodemailer` and `standardwebhooks`.
 */
import { createServer } from 'node:http';
import nodemailer from 'nodemailer';
import { Webhook } from 'standardwebhooks';

const { SIGNING_SECRET = '', SMTP_URL = '', PORT = '4100' } = process.env;
const webhook = new Webhook(SIGNING_SECRET);
const mailServer = nodemailer.createTransport(SMTP_URL);

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    // Throws where the signature is wrong or too old: then nobody's e-mail is sent.
    const email = webhook.verify(Buffer.concat(chunks).toString(), request.headers);
    await mailServer.sendMail(toMessage(email, request.headers['webhook-id']));
    response.writeHead(204).end();
  } catch {
    // Anything but a 2xx is tried again, for as long as the link works.
    response.writeHead(500).end();
  }
});

server.listen(Number(PORT), '127.0.0.1', () => {
  process.stdout.write(`forwarding what arrives at http://127.0.0.1:${server.address().port}\n`);
});

/** The payload's fields are what a mail library asks for; only the names differ. */
function toMessage(email, webhookId) {
  return {
    // A webhook may arrive twice. With the same id, mail servers and readers can tell that it is the same message.
    messageId: `<${webhookId}@${email.from.email.split('@')[1]}>`,
    from: mailbox(email.from),
    to: email.to.map(mailbox),
    ...(email.replyTo && { replyTo: mailbox(email.replyTo) }),
    subject: email.subject,
    text: email.text,
    html: email.html,
    headers: email.headers.map(({ name, value }) => ({ key: name, value })),
  };
}

function mailbox({ email, name }) {
  return { address: email, name: name ?? '' };
}
