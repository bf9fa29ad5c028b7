/** The program `cpm-webhooks`. */
import { createInterface } from 'node:readline/promises';
import { run } from './run';

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

void run(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  errors: (text) => process.stderr.write(text),
  ask: process.stdin.isTTY ? ask : undefined,
}).then((code) => {
  process.exitCode = code;
});
