/** A clock that processes are started with and that can be stepped, by the library libfaketime. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const LIBRARIES = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`,
);

export class Clock {
  private readonly file: string;

  constructor(dir: string) {
    this.file = path.join(dir, 'clock');
    this.step(0);
  }

  private static get library(): string | undefined {
    return LIBRARIES.find((file) => existsSync(file));
  }

  /** Why no clock can be stepped here; undefined where one can. */
  static impossible(): string | undefined {
    return this.library === undefined
      ? 'libfaketime is not installed (Debian: apt-get install faketime)'
      : undefined;
  }

  /** What a process needs in its environment to go by this clock. Only the time of day is stepped, as by an operator or NTP. */
  get environment(): Record<string, string> {
    const { library } = Clock;
    if (library === undefined) return {};
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Sets it apart from the machine's, by seconds. */
  step(seconds: number): void {
    writeFileSync(this.file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}s\n`);
  }
}
