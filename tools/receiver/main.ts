/** `npm run receiver -- --port P`: prints each webhook; can be told to fail, from the start or while it runs. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startReceiver, type Behaviour, type Received } from './receiver';

const HELP = `usage: npm run receiver -- --port P [--status S] [--delay MS] [--secret whsec_...]

  --port P      port on 127.0.0.1 (default 4000)
  --status S    status to answer with (default 200)
  --delay MS    wait before answering, in milliseconds (default 0)
  --secret S    signing secret of the subscription: verifies each signature

While it runs, type:  a status (such as 500 or 200), "slow MS", "reset", "half", "silence" or "ok".`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4000' },
    status: { type: 'string', default: '200' },
    delay: { type: 'string', default: '0' },
    secret: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

void main();

async function main(): Promise<void> {
  if (values.help) return console.log(HELP);
  const receiver = await startReceiver({
    port: Number(values.port),
    ...(values.secret === undefined ? {} : { signingSecret: values.secret }),
    onReceived: print,
  });
  receiver.behave({ kind: 'answer', status: Number(values.status), delayMs: Number(values.delay) });
  console.log(
    `Receiving webhooks at ${receiver.url} (any path). Type "500" to fail, "200" to recover, Ctrl-C to stop.`,
  );
  createInterface({ input: process.stdin }).on('line', (line) => {
    const behaviour = behaviourOf(line.trim());
    if (!behaviour) return console.log(HELP);
    receiver.behave(behaviour);
    console.log(`from now on: ${line.trim()}`);
  });
}

function behaviourOf(command: string): Behaviour | undefined {
  if (command === 'reset' || command === 'half' || command === 'silence') return { kind: command };
  if (command === 'ok') return { kind: 'answer', status: 200 };
  const slow = /^slow (\d{1,6})$/.exec(command);
  if (slow) return { kind: 'answer', status: 200, delayMs: Number(slow[1]) };
  return /^[1-5]\d\d$/.test(command) ? { kind: 'answer', status: Number(command) } : undefined;
}

function print({ at, path, headers, body, answered, signatureValid, known }: Received): void {
  const shown = Object.entries(headers).filter(([name]) =>
    /^(webhook-|x-cpm-|content-type|user-agent|authorization)/.test(name),
  );
  const signature =
    signatureValid === undefined ? '' : signatureValid ? ', signature valid' : ', SIGNATURE INVALID';
  console.log(
    `\n${at.toISOString()}  POST ${path}  → ${answered ?? 'no answer'}${signature}${known ? ', known by its id: drop it' : ''}`,
  );
  for (const [name, value] of shown) console.log(`  ${name}: ${value}`);
  console.log(pretty(body));
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
