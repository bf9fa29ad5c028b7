/** The engine's floor: empty workflows, started eagerly, on the server that the service uses. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { pidOf, startChild, stopChild } from '../service/children';
import { NAMESPACE } from '../service/stores';
import type { FloorLoad, FloorReport, FloorResult } from './messages';

/** The process that starts and runs the empty workflows. */
export class Floor {
  private constructor(
    private readonly child: ChildProcess,
    private readonly signal: AbortSignal,
  ) {}

  static async start(temporalAddress: string, signal: AbortSignal): Promise<Floor> {
    const child = startChild('bench/floor/process.js', { args: [temporalAddress, NAMESPACE] });
    const floor = new Floor(child, signal);
    try {
      await floor.nextReport();
      return floor;
    } catch (error) {
      await floor.stop();
      throw error;
    }
  }

  get pid(): number {
    return pidOf(this.child);
  }

  async run(load: FloorLoad): Promise<FloorResult> {
    this.child.send(load);
    const report = await this.nextReport();
    if (report.kind !== 'done') throw new Error('the floor was not measured');
    return report.result;
  }

  async stop(): Promise<void> {
    await stopChild(this.child);
  }

  private async nextReport(): Promise<FloorReport> {
    const { signal } = this;
    const ended = once(this.child, 'exit', { signal }).then(() => {
      throw new Error('the process of the floor has ended');
    });
    const [report] = (await Promise.race([once(this.child, 'message', { signal }), ended])) as [FloorReport];
    return report;
  }
}
