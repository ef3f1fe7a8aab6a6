/**
 * One end of an OCPP-J connection: correlates CALLs with their answers and answers the other side's. One CALL is in
 * flight at a time (part 4 section 4.1.1, 1.6-J section 4.1.1); answers and crossing CALLs may always go.
 */
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Stop } from '../../base/signal.ts';
import { CallFault } from './call-fault.ts';
import type { ErrorCodes } from './error-codes.ts';
import { callFrame, errorFrame, parseFrame, resultFrame, type Frame, type ParseFailure, type Payload } from './frames.ts';
import { RpcError } from './rpc-error.ts';
import type { Validators } from './validation.ts';

export interface Answer {
  readonly payload: object;
  /** Runs after the answer has been handed to the socket. */
  readonly afterwards?: () => void;
}

export interface PeerDeps {
  readonly validators: Validators;
  readonly errorCodes: ErrorCodes;
  /** 2.x answers a frame without a readable id under the id "-1"; 1.6 knows no such id. */
  readonly answersUnreadable: boolean;
  readonly send: (text: string) => void;
  readonly messageTimeoutMs: () => number;
  readonly newMessageId: () => string;
  readonly monotonicMs: () => number;
  readonly after: (delayMs: number, fn: () => void) => Stop;
  readonly log: Log;
  readonly handlerFor: (action: string) => ((payload: Payload) => Answer | Promise<Answer>) | undefined;
  /** Before the handler: a fault to answer with, or silence. */
  readonly gate: (action: string) => CallFault | 'ignore' | null;
  readonly onFrame: (direction: 'in' | 'out', text: string) => void;
  /** What came is no OCPP message, or breaks its schema. */
  readonly onInvalid?: (why: string) => void;
  /** No answer came in time; nothing else has been received since the CALL went out if `deaf`. */
  readonly onTimeout: (deaf: boolean) => void;
}

interface Outgoing {
  readonly action: string;
  readonly payload: object;
  readonly resolve: (payload: Payload) => void;
  readonly reject: (error: RpcError) => void;
}

interface InFlight extends Outgoing {
  readonly id: string;
  /** How many frames had come in when it went out. */
  readonly heardBefore: number;
  readonly stopTimer: Stop;
}

/** A CSMS may flood us: so many handlers run at once, so many CALLs wait, the rest is refused. */
const MAX_RUNNING = 16;
const MAX_WAITING = 1000;

export class RpcPeer {
  lastInboundMs = 0;
  /** Frames that came in. Not told by their time: an answer lets the next CALL go within the same millisecond. */
  private heard = 0;
  private readonly queue: Outgoing[] = [];
  private readonly urgent: Outgoing[] = [];
  private inFlight: InFlight | null = null;
  private closed = false;
  private readonly running = new Set<string>();
  /** What checks the first of these is being loaded. */
  private readonly arriving: Extract<Frame, { type: 'call' }>[] = [];
  private readonly waiting: Extract<Frame, { type: 'call' }>[] = [];

  constructor(private readonly deps: PeerDeps) {}

  /** A CALL is waiting for its answer. */
  get busy(): boolean {
    return this.inFlight !== null;
  }

  /**
   * Sends one CALL, after those before it; `urgent` ones overtake what only waits.
   * @throws RpcError
   */
  async call(action: string, payload: object, options: { readonly urgent?: boolean } = {}): Promise<Payload> {
    const loading = this.deps.validators.load(action);
    if (loading !== null) await loading.catch(() => undefined); // then it isn't valid, and says why
    const violation = this.deps.validators.request(action, payload);
    if (violation !== null) {
      this.deps.log('error', 'rpc', `own ${action} isn't valid: ${violation.message}`);
      throw new RpcError('invalidRequest', `${action}: ${violation.message}`);
    }
    if (this.closed) throw new RpcError('connectionLost', 'the connection is closed');
    return new Promise((resolve, reject) => {
      const outgoing: Outgoing = { action, payload, resolve, reject };
      (options.urgent === true ? this.urgent : this.queue).push(outgoing);
      this.sendNext();
    });
  }

  receive(text: string): void {
    if (this.closed) return;
    this.lastInboundMs = this.deps.monotonicMs();
    this.heard += 1;
    this.deps.onFrame('in', text);
    const frame = parseFrame(text);
    switch (frame.type) {
      case 'call': return this.arrive(frame);
      case 'result': case 'error': return this.receiveAnswer(frame);
      case 'failure': return this.receiveGarbage(frame);
    }
  }

  /** The connection is gone: nothing that was asked will be answered on it. */
  close(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    const lost = [...(this.inFlight === null ? [] : [this.inFlight]), ...this.urgent, ...this.queue];
    this.inFlight?.stopTimer();
    this.inFlight = null;
    this.urgent.length = 0;
    this.queue.length = 0;
    this.waiting.length = 0;
    this.arriving.length = 0;
    for (const outgoing of lost) outgoing.reject(new RpcError('connectionLost', reason));
  }

  private sendNext(): void {
    if (this.inFlight !== null || this.closed) return;
    const outgoing = this.urgent.shift() ?? this.queue.shift();
    if (outgoing === undefined) return;
    const id = this.deps.newMessageId();
    const stopTimer = this.deps.after(this.deps.messageTimeoutMs(), () => this.timedOut(id));
    this.inFlight = { ...outgoing, id, heardBefore: this.heard, stopTimer };
    this.send(callFrame(id, outgoing.action, outgoing.payload));
  }

  private timedOut(id: string): void {
    const late = this.inFlight;
    if (late === null || late.id !== id) return;
    this.inFlight = null;
    const deaf = this.heard === late.heardBefore;
    late.reject(new RpcError('timeout', `${late.action} wasn't answered in time`));
    this.deps.onTimeout(deaf);
    this.sendNext();
  }

  private receiveAnswer(frame: Extract<Frame, { type: 'result' | 'error' }>): void {
    const { inFlight } = this;
    if (inFlight === null || inFlight.id !== frame.id) {
      this.deps.log('warn', 'rpc', `an answer to ${frame.id.slice(0, 36)}, which nobody waits for, is ignored`);
      return;
    }
    inFlight.stopTimer();
    this.inFlight = null;
    if (frame.type === 'error') {
      inFlight.reject(new RpcError('callError', `${inFlight.action}: ${frame.code} ${frame.description}`.trim(), frame.code));
    } else {
      const violation = this.deps.validators.response(inFlight.action, frame.payload);
      if (violation === null) inFlight.resolve(frame.payload);
      else inFlight.reject(new RpcError('badAnswer', `${inFlight.action}: ${violation.message}`));
    }
    this.sendNext();
  }

  private receiveGarbage(failure: ParseFailure): void {
    this.deps.log('warn', 'rpc', `unusable frame: ${failure.reason}`);
    this.deps.onInvalid?.(failure.reason);
    // An answer to our CALL that can't be read still is its answer: waiting for another one helps nobody.
    if (failure.reaction === 'ignore' && failure.id !== null && failure.id === this.inFlight?.id) {
      const { inFlight } = this;
      inFlight.stopTimer();
      this.inFlight = null;
      inFlight.reject(new RpcError('badAnswer', `${inFlight.action}: ${failure.reason}`));
      this.sendNext();
      return;
    }
    if (failure.reaction === 'ignore') return;
    if (failure.id === null && !this.deps.answersUnreadable) return;
    this.send(errorFrame(failure.id ?? '-1', this.deps.errorCodes.malformedFrame, failure.reason));
  }

  /** CALLs are taken in the order they came in, also where what checks one of them must be loaded first. */
  private arrive(call: Extract<Frame, { type: 'call' }>): void {
    const loading = this.arriving.length > 0 ? null : this.deps.validators.load(call.action);
    if (loading === null && this.arriving.length === 0) return this.receiveCall(call);
    if (this.arriving.length >= MAX_WAITING) return this.sendFault(call.id, new CallFault('GenericError', 'too many requests at once'));
    this.arriving.push(call);
    if (loading === null) return;
    void loading.catch((error: unknown) => this.deps.log('error', 'rpc', `what checks ${call.action} can't be loaded: ${describeError(error)}`))
      .then(() => {
        for (const each of this.arriving.splice(0)) if (!this.closed) this.receiveCall(each);
      });
  }

  private receiveCall(call: Extract<Frame, { type: 'call' }>): void {
    const { errorCodes, validators } = this.deps;
    const gate = this.deps.gate(call.action);
    if (gate === 'ignore') return;
    if (gate !== null) return this.sendFault(call.id, gate);
    if (!validators.actions.has(call.action)) return this.sendFault(call.id, new CallFault(errorCodes.unknownAction, `no such action: ${call.action.slice(0, 50)}`));
    const violation = validators.request(call.action, call.payload);
    if (violation?.keyword === 'notLoaded') return this.sendFault(call.id, new CallFault(errorCodes.internal, 'the request could not be handled'));
    if (violation !== null) {
      this.deps.onInvalid?.(`${call.action}: ${violation.message}`);
      return this.sendFault(call.id, new CallFault(errorCodes.forViolation(violation), violation.message));
    }
    if (this.running.has(call.id) || this.waiting.some((waiting) => waiting.id === call.id)) {
      this.deps.log('warn', 'rpc', `CALL ${call.id} came twice; the copy is ignored`);
      return;
    }
    if (this.running.size < MAX_RUNNING) void this.answer(call);
    else if (this.waiting.length < MAX_WAITING) this.waiting.push(call);
    else this.sendFault(call.id, new CallFault('GenericError', 'too many requests at once'));
  }

  private async answer(call: Extract<Frame, { type: 'call' }>): Promise<void> {
    this.running.add(call.id);
    try {
      const { errorCodes, validators } = this.deps;
      const handler = this.deps.handlerFor(call.action);
      if (handler === undefined) throw new CallFault(errorCodes.unsupportedAction, `${call.action} isn't supported`);
      const { payload, afterwards } = await handler(call.payload);
      const violation = validators.response(call.action, payload);
      if (violation !== null) {
        this.deps.log('error', 'rpc', `own answer to ${call.action} isn't valid: ${violation.message}`);
        throw new CallFault(errorCodes.internal, 'the answer could not be built');
      }
      this.send(resultFrame(call.id, payload));
      this.runAfterwards(call.action, afterwards);
    } catch (error) {
      if (error instanceof CallFault) this.sendFault(call.id, error);
      else {
        this.deps.log('error', 'rpc', `${call.action} failed: ${describeError(error)}`);
        this.sendFault(call.id, new CallFault(this.deps.errorCodes.internal, 'the request could not be handled'));
      }
    } finally {
      this.running.delete(call.id);
      const waiting = this.waiting.shift();
      if (waiting !== undefined && !this.closed) void this.answer(waiting);
    }
  }

  /** The answer is out: what fails now is logged and can't become a second answer. */
  private runAfterwards(action: string, afterwards: (() => void) | undefined): void {
    try {
      afterwards?.();
    } catch (error) {
      this.deps.log('error', 'rpc', `what follows ${action} failed: ${describeError(error)}`);
    }
  }

  private sendFault(id: string, fault: CallFault): void {
    this.send(errorFrame(id, fault.errorCode, fault.message, fault.details));
  }

  private send(text: string): void {
    if (this.closed) return;
    this.deps.onFrame('out', text);
    this.deps.send(text);
  }
}
