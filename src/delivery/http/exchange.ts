/** One request and what comes back of it, as bytes. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections';
import { ExchangeError } from './errors';
import { readRefused } from './refused-lengths';
import { readSpacedChunks } from './spaced-chunks';

/** A request as it is sent. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Shown to an endpoint that asks for one. */
  readonly clientCertificate?: { readonly certificate: string; readonly privateKey: string } | undefined;
}

/** How far a request has come. */
export type Phase = 'refused' | 'queued' | 'resolving' | 'connecting' | 'handshake' | 'waiting' | 'answering';

/** The head of a final answer. */
export interface AnswerHead {
  readonly statusCode: number;
  /** Names and values in turn, a character for each byte. */
  readonly rawHeaders: readonly string[];
}

/** What became of a request: a whole answer (its body up to the cap), or a failure, after a head or before any. */
export interface Exchange {
  readonly phase: Phase;
  readonly head: AnswerHead | null;
  readonly body: Buffer | null;
  readonly failure: unknown;
}

/** Bytes of an answer's body that are read; the rest is of no use to anyone, and memory is. */
const BODY_CAP = 64 * 1024;

/**
 * Sends one request and reads its answer. Interim answers (1xx) are passed over, asked for or not (RFC 9110 §15.2). Never
 * rejects.
 * @param stop ends the exchange at once, with its reason as the failure
 */
export function exchange(
  connections: Connections,
  { url, headers, body, clientCertificate: shown }: WebhookRequest,
  stop: AbortSignal,
): Promise<Exchange> {
  return new Promise((resolve) => {
    let phase: Phase = 'queued';
    let answer: IncomingMessage | undefined;
    let request: ClientRequest;
    const chunks: Buffer[] = [];
    const target = new URL(url);
    const settle = (whole: Buffer | null, failure: unknown, head = headOf(answer)): void => {
      stop.removeEventListener('abort', stopped);
      resolve({ phase, head, body: whole, failure });
    };
    const complete = (): void => settle(Buffer.concat(chunks).subarray(0, BODY_CAP), null);
    const fail = (error: unknown): void => {
      // What follows a whole answer, such as the body of a 204, is no part of it.
      const refused = answer ? undefined : readRefused(error);
      if (refused) return settle(refused.body.subarray(0, BODY_CAP), null, refused.head);
      const rest = answer?.complete ? Buffer.alloc(0) : readSpacedChunks(error);
      if (!answer || !rest) return settle(null, named(error, phase));
      while (answer.read() !== null) continue; // emits what is left of it
      chunks.push(rest);
      complete();
    };
    const stopped = (): void => {
      settle(null, stop.reason);
      request.destroy();
    };
    const receive = (head: IncomingMessage): void => {
      answer = head;
      phase = 'answering';
      const framing = framingOf(head);
      if (framing === 'none') complete();
      if (framing === 'contradictory') settle(null, new ExchangeError('CONTRADICTORY_LENGTHS'));
      if (framing !== 'plain') return void request.destroy();
      let size = 0;
      head.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size < BODY_CAP) return;
        complete();
        request.destroy();
      });
      head.on('end', complete);
      head.on('error', fail);
    };
    const begin = (mayRepeat: boolean): void => {
      request = connections.open(target, {
        ...{ method: 'POST', headers: { host: target.host, ...headers } },
        reached: (further) => (phase = further),
        // Connections that show another certificate are others, which the agent tells by it.
        ...(shown && { cert: shown.certificate, key: shown.privateKey }),
      });
      const outdated = sendOnceItHolds(request, body, mayRepeat, begin);
      request.on('socket', (socket: Socket) => follow(socket, (reached) => (phase = reached)));
      request.on('error', (error) => outdated(error) || fail(error));
      request.on('response', (head) => outdated() || receive(head));
      request.on('upgrade', (head, socket) => {
        answer = head;
        socket.destroy();
        settle(null, new ExchangeError('UNASKED_UPGRADE'));
      });
    };
    begin(true);
    stop.addEventListener('abort', stopped, { once: true });
    if (stop.aborted) stopped();
  });
}

function headOf(answer: IncomingMessage | undefined): AnswerHead | null {
  return answer ? { statusCode: answer.statusCode ?? 0, rawHeaders: answer.rawHeaders } : null;
}

/**
 * Sends a request once its connection has proved to hold. An endpoint may have closed a kept one already, or have left
 * something on it; two turns of the event loop show that before anything is sent, so that another one can be taken. Where the
 * endpoint's end of it comes a moment later, without a byte of an answer, nobody knows whether that has crossed the request: it is sent
 * once more, as an attempt a moment later would.
 * @param mayRepeat that was not done yet
 * @returns whether what has just happened on the connection says nothing of the request; then another one is begun
 */
function sendOnceItHolds(
  request: ClientRequest,
  body: string,
  mayRepeat: boolean,
  beginAgain: (mayRepeat: boolean) => void,
): (error?: Error) => boolean {
  let state: 'unsent' | 'sent' | 'answered' | 'outdated' = 'unsent';
  const send = (): void => {
    if (state !== 'unsent' || request.destroyed) return;
    state = 'sent';
    request.end(body);
  };
  request.on('socket', (socket) => {
    socket.once('data', () => (state = state === 'sent' ? 'answered' : state));
    if (request.reusedSocket) setImmediate(() => setImmediate(send));
    else send();
  });
  return (error) => {
    const repeats = state === 'sent' && mayRepeat && isClosed(error);
    if (request.reusedSocket && (state === 'unsent' || repeats)) {
      state = 'outdated';
      request.destroy();
      beginAgain(mayRepeat && !repeats);
    }
    return state === 'outdated';
  };
}

/** Whether the other end has closed the connection. */
function isClosed(error: Error | undefined): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** Tells how far a request comes until it is sent. */
function follow(socket: Socket & { readonly encrypted?: true }, reach: (phase: Phase) => void): void {
  if (!socket.connecting) return reach('waiting');
  reach('resolving');
  socket.once('lookup', () => reach('connecting'));
  socket.once('connect', () => reach(socket.encrypted ? 'handshake' : 'waiting'));
  socket.once('secureConnect', () => reach('waiting'));
}

/**
 * Where the body of an answer ends. A 204 or 205 has none, whatever its headers promise (RFC 9110 §15.3.5, §15.3.6), and what
 * its sender may yet send is not waited for. A successful answer with both lengths is refused: its end is a guess
 * (RFC 9112 §6.3).
 */
function framingOf({ statusCode = 0, headers }: IncomingMessage): 'plain' | 'none' | 'contradictory' {
  const length = headers['content-length'];
  const coded = headers['transfer-encoding'] !== undefined;
  if (statusCode === 204) return coded || Number(length ?? 0) > 0 ? 'none' : 'plain';
  if (statusCode === 205) return coded || length !== undefined ? 'plain' : 'none';
  const successful = statusCode >= 200 && statusCode < 300;
  return successful && coded && length !== undefined ? 'contradictory' : 'plain';
}

/** Node says `ECONNRESET` for an ordinary end of the connection too, then without a system call that failed. */
function named(error: unknown, phase: Phase): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code !== 'ECONNRESET' || syscall !== undefined) return error;
  if (phase === 'answering') return new ExchangeError('ANSWER_CUT_OFF');
  return new ExchangeError(phase === 'handshake' ? 'CLOSED_IN_HANDSHAKE' : 'CLOSED_WITHOUT_ANSWER');
}
