/** A server in place of a vendor's API, which holds what it is sent against what the vendor documents. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { z } from 'zod';

/** A documented call: `POST /path/{name}`, and its body's form. */
export interface Call {
  readonly method: string;
  readonly path: RegExp;
  readonly body: z.ZodType;
}

export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: any;
}

export interface VendorAnswer {
  readonly status: number;
  readonly body?: unknown;
}

export class VendorApi {
  /** What came, as long as it was documented. */
  readonly requests: VendorRequest[] = [];
  /** What is wrong with what came. */
  readonly undocumented: string[] = [];
  /** Answers each request; a test may put another in its place. */
  answer: (request: VendorRequest) => VendorAnswer;
  private readonly server: Server;

  private constructor(
    private readonly calls: readonly Call[],
    private readonly authorization: string | undefined,
    answer: VendorApi['answer'],
  ) {
    this.answer = answer;
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { status, body } = this.take({
          ...{ method: request.method ?? '', path: request.url ?? '', headers: request.headers },
          body: JSON.parse(Buffer.concat(chunks).toString() || 'null'),
        });
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      });
    });
  }

  static async start(
    calls: readonly Call[],
    authorization: string | undefined,
    answer: VendorApi['answer'],
  ): Promise<VendorApi> {
    const api = new VendorApi(calls, authorization, answer);
    await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  private take(request: VendorRequest): VendorAnswer {
    const call = this.calls.find(({ method, path }) => method === request.method && path.test(request.path));
    const parsed = call?.body.safeParse(request.body);
    if (!call) this.undocumented.push(`${request.method} ${request.path}`);
    if (parsed?.error) this.undocumented.push(`${request.path}: ${parsed.error.message}`);
    if (request.headers.authorization !== this.authorization) this.undocumented.push('the authorization');
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
      this.undocumented.push('the type');
    this.requests.push(request);
    return this.answer(request);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What came since it was asked last. */
  taken(): VendorRequest[] {
    return this.requests.splice(0);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
