/** PostgreSQL refuses to run as root; as root it runs under an ordinary account. */
import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';
import { EmbeddedStackError } from './error';

/** Runs PostgreSQL's programs under the right account. */
export interface PostgresAccount {
  /** The command line that runs the program under the account. */
  wrap(program: string, args: readonly string[]): readonly [command: string, args: readonly string[]];
  /** Hands a file or directory to the account. */
  own(path: string): void;
  /** Undefined for our own account. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
}

/** Our own account, or as root the account `postgres`, else `nobody`. Accounts are never created. */
export function postgresAccount(): PostgresAccount {
  if (process.getuid?.() !== 0) {
    return { wrap: (program, args) => [program, args], own: () => undefined, ids: undefined };
  }
  const ids = lookUp('postgres') ?? lookUp('nobody');
  if (!ids) throw cannotRunAsRoot('there is neither an account postgres nor nobody');
  const { uid, gid } = ids;
  // The data directory and often the checkout (/root) are closed to other accounts; this lets it pass through.
  const capability = passThroughCapability();
  const switchAccount = [
    ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
    ...[`--inh-caps=-all,+${capability}`, `--ambient-caps=-all,+${capability}`],
    '--',
  ];
  return {
    ids,
    wrap: (program, args) => ['setpriv', [...switchAccount, program, ...args]],
    own: (path) => {
      chownSync(path, uid, gid);
    },
  };
}

function lookUp(account: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${account}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** capabilities(7): numbers of the two that allow searching any directory; containers often withhold the first. */
const CAPABILITIES = [
  ['dac_read_search', 2],
  ['dac_override', 1],
] as const;

function passThroughCapability(): string {
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'ignore' });
    const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    const found = CAPABILITIES.find(([, bit]) => (BigInt(`0x${bounding}`) >> BigInt(bit)) & 1n);
    if (found) return found[0];
  } catch (cause) {
    throw cannotRunAsRoot('the program setpriv (util-linux) is missing', cause);
  }
  throw cannotRunAsRoot('this container withholds the capabilities DAC_READ_SEARCH and DAC_OVERRIDE');
}

function cannotRunAsRoot(why: string, cause?: unknown): EmbeddedStackError {
  return new EmbeddedStackError(
    `PostgreSQL does not run as root, and another account can't be used: ${why}. Run as an ordinary user, or set DATABASE_URL`,
    { cause },
  );
}
