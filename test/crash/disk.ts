/** A disk of limited size that can be filled: a tmpfs, so it takes root on Linux. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Room for what the suite writes, and little enough to be filled at once. */
const SIZE = '768m';
const CHUNK = Buffer.alloc(1024 * 1024);

export class Disk {
  private readonly ballast: string;

  private constructor(
    readonly dir: string,
    private readonly mounted: boolean,
  ) {
    this.ballast = path.join(dir, 'ballast');
  }

  /** Why {@link mount} is not possible here; undefined where it is. */
  static impossible(dir: string): string | undefined {
    const probe = path.join(dir, 'probe');
    try {
      Disk.mount(probe).unmount();
      return undefined;
    } catch (error) {
      return `no disk of limited size can be mounted: ${String(error).split('\n')[0]}`;
    } finally {
      rmSync(probe, { recursive: true, force: true });
    }
  }

  /** Mounts one at a directory, which is created. */
  static mount(dir: string): Disk {
    mkdirSync(dir);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=700`, 'tmpfs', dir], { stdio: 'pipe' });
    return new Disk(dir, true);
  }

  /** An ordinary directory, which is created. */
  static unlimited(dir: string): Disk {
    mkdirSync(dir);
    return new Disk(dir, false);
  }

  /** From now on nothing can be written. */
  fill(): void {
    const file = openSync(this.ballast, 'a');
    try {
      for (let chunk = CHUNK; chunk.length > 0;) {
        try {
          writeSync(file, chunk);
        } catch {
          chunk = chunk.subarray(0, Math.floor(chunk.length / 2)); // what is left is smaller
        }
      }
    } finally {
      closeSync(file);
    }
  }

  /** There is room again. */
  clear(): void {
    rmSync(this.ballast, { force: true });
  }

  unmount(): void {
    if (this.mounted) execFileSync('umount', ['--lazy', this.dir], { stdio: 'pipe' });
  }
}
