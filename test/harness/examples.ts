/** Runs the receivers of docs/examples as somebody does who has copied them: elsewhere, with what they say that they need. */
import { transformSync } from '@swc/core';
import { spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../src/platform/project-root';
import { newSigningKey } from '../../src/platform/signing-key';
import { eventually } from './eventually';
import { signedWebhook, type Sending } from './signed-webhooks';

/** A copy of an example's folder, with packages beside it. */
export class CopiedExample {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'cpm-example-'));
  readonly secret = newSigningKey('hmac');

  constructor(name: string, packages: readonly string[] = []) {
    cpSync(path.join(projectRoot, 'docs/examples', name), this.folder, { recursive: true });
    for (const each of packages) this.install(each);
  }

  /** With `node_modules` as npm leaves it; the receiver kit is compiled from its present source. */
  private install(name: string): void {
    const place = path.join(this.folder, 'node_modules', name);
    mkdirSync(path.dirname(place), { recursive: true });
    if (name !== '@cpm-webhooks/receiver')
      return symlinkSync(path.join(projectRoot, 'node_modules', name), place);
    const source = path.join(projectRoot, 'packages/receiver');
    mkdirSync(path.join(place, 'dist'), { recursive: true });
    cpSync(path.join(source, 'package.json'), path.join(place, 'package.json'));
    for (const file of readdirSync(path.join(source, 'src'))) {
      const { code } = transformSync(readFileSync(path.join(source, 'src', file), 'utf8'), {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        swcrc: false,
      });
      const compiled = path.join(place, 'dist', file.replace(/\.ts$/, '.js'));
      writeFileSync(compiled, code.replace(/(from ['"]\.\/[\w-]+)\.ts(?=['"])/g, '$1.js'));
    }
  }

  /** Starts a command in the copy, and waits until something answers at its address. */
  async start(
    [command, ...args]: readonly [string, ...string[]],
    variables: Readonly<Record<string, string>>,
    port: number,
    route = '',
  ): Promise<RunningExample> {
    const process_ = spawn(command, args, {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        SIGNING_SECRET: this.secret,
        PORT: String(port),
        ...variables,
      },
    });
    const running = new RunningExample(process_, `http://127.0.0.1:${port}/${route}`, this.secret);
    await eventually(async () => {
      if (process_.exitCode !== null) throw new Error(running.output);
      await fetch(running.url, { method: 'POST', body: '{}' });
    });
    return running;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export class RunningExample {
  /** What it has printed. */
  output = '';
  private readonly ended: Promise<void>;

  constructor(
    private readonly process: ChildProcess,
    readonly url: string,
    private readonly secret: string,
  ) {
    this.ended = new Promise((resolve) => process.once('close', () => resolve()));
    const note = (chunk: Buffer) => void (this.output += chunk.toString());
    process.stdout?.on('data', note);
    process.stderr?.on('data', note);
  }

  /** Sends a webhook as the service does. Returns the answer's status. */
  async send(sending: Omit<Sending, 'keys'>): Promise<number> {
    return this.post(signedWebhook({ keys: [this.secret], ...sending }));
  }

  async post({ headers, body }: ReturnType<typeof signedWebhook>): Promise<number> {
    const { connection: _, host: __, ...sent } = headers;
    const answer = await fetch(this.url, { method: 'POST', headers: sent, body });
    await answer.arrayBuffer();
    return answer.status;
  }

  async stop(): Promise<void> {
    this.process.kill();
    await this.ended;
  }
}
