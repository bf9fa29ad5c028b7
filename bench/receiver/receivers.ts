/** Receivers on loopback that note when each webhook arrived. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { pidOf, startChild, stopChild } from '../service/children';
import type { Behaviour, Command, Report } from './messages';

/** An endpoint with a port, and so an origin, of its own. */
export interface Endpoint {
  readonly url: string;
  readonly port: number;
  /** When each webhook was first accepted, by `webhook-id`. Reported with a delay of some milliseconds. */
  readonly arrivals: ReadonlyMap<string, number>;
}

/** The process that they run in. */
export class Receivers {
  private readonly arrivals = new Map<number, Map<string, number>>();

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (report: Report) => {
      if (report.kind !== 'arrived') return;
      for (const { port, webhookId, at } of report.arrivals) this.arrivals.get(port)?.set(webhookId, at);
    });
  }

  static start(): Receivers {
    return new Receivers(startChild('bench/receiver/process.js'));
  }

  get pid(): number {
    return pidOf(this.child);
  }

  /** Opens endpoints that accept everything. */
  async open(count: number): Promise<Endpoint[]> {
    const report = await this.ask({ kind: 'open', count });
    if (report.kind !== 'opened') throw new Error('the receivers did not open');
    return report.ports.map((port) => {
      const arrivals = new Map<string, number>();
      this.arrivals.set(port, arrivals);
      return { url: `http://127.0.0.1:${port}`, port, arrivals };
    });
  }

  /** Has endpoints answer otherwise from now on; requests that they have left unanswered are cut off. */
  async behave(endpoints: readonly Endpoint[], behaviour: Behaviour): Promise<void> {
    await this.ask({ kind: 'behave', ports: endpoints.map(({ port }) => port), behaviour });
  }

  async stop(): Promise<void> {
    await stopChild(this.child);
  }

  /** Sends a command and awaits its answer; arrivals may be reported in between. One command at a time. */
  private async ask(command: Command): Promise<Report> {
    this.child.send(command);
    for (;;) {
      const [report] = (await once(this.child, 'message')) as [Report];
      if (report.kind !== 'arrived') return report;
    }
  }
}
