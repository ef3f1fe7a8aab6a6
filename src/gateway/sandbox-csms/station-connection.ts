/** One station's WebSocket: frames in and out, answers matched to questions, both directions validated. */
import type { WebSocket } from 'ws';
import { describeError, KerbsideError } from '../../base/errors.ts';
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { SchemaViolation, Validators } from '../../ocpp/rpc/validation.ts';
import type { FrameLog } from './frame-log.ts';
import type { SandboxEdition } from './settings.ts';

/** Answers a station's CALL: the payload of the CALLRESULT, or null to stay silent. @throws CallFault for a CALLERROR */
export type Answer = (action: string, payload: object) => object | null;

interface Question {
  readonly id: string;
  readonly action: string;
  readonly payload: object;
  readonly resolve: (payload: unknown) => void;
  readonly reject: (why: KerbsideError) => void;
}

export interface ConnectionOptions {
  readonly stationId: string;
  readonly edition: SandboxEdition;
  readonly validators: Validators;
  readonly log: FrameLog;
  readonly callTimeoutMs: () => number;
  readonly answer: Answer;
}

export class StationConnection {
  private readonly waiting: Question[] = [];
  private inFlight: { readonly question: Question; readonly timer: NodeJS.Timeout } | null = null;
  private lastId = 0;

  constructor(private readonly socket: WebSocket, private readonly options: ConnectionOptions) {
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.note('in', `(${(data as Buffer).length} binary bytes)`, 'binary frames are not OCPP');
      else this.receive((data as Buffer).toString('utf8'));
    });
    socket.on('close', () => this.fail('the connection closed'));
    socket.on('error', () => undefined); // `close` follows
  }

  get edition(): SandboxEdition {
    return this.options.edition;
  }

  /**
   * Sends a CALL once those before it are answered (one in flight, OCPP-J section 4.1.1).
   * @throws KerbsideError `CallRefused` (CALLERROR) | `CallUnanswered` (timeout, closed) | `InvalidAnswer`
   */
  call(action: string, payload: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ id: `csms-${++this.lastId}`, action, payload, resolve, reject });
      this.sendNext();
    });
  }

  /** Drops the connection as a power cut would, without a closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  private sendNext(): void {
    if (this.inFlight !== null) return;
    const question = this.waiting.shift();
    if (question === undefined) return;
    const timer = setTimeout(() => {
      this.inFlight = null;
      question.reject(new KerbsideError('CallUnanswered', `${question.action}: no answer in ${this.options.callTimeoutMs()} ms`, 'The station did not answer in time.'));
      this.sendNext();
    }, this.options.callTimeoutMs());
    this.inFlight = { question, timer };
    const violation = this.options.validators.request(question.action, question.payload);
    this.send([2, question.id, question.action, question.payload], violation && `own request: ${told(violation)}`);
  }

  private receive(text: string): void {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return this.note('in', text, 'not JSON');
    }
    if (!Array.isArray(frame) || typeof frame[1] !== 'string') return this.note('in', text, 'not an OCPP frame');
    const [type, id] = frame as [unknown, string];
    if (type === 2) this.answerCall(text, id, frame[2], frame[3]);
    else if (type === 3) this.takeResult(text, id, frame[2]);
    else if (type === 4) this.takeError(text, id, String(frame[2]), String(frame[3]));
    else this.note('in', text, `message type ${JSON.stringify(type)}`);
  }

  private answerCall(text: string, id: string, action: unknown, payload: unknown): void {
    const { validators } = this.options;
    if (typeof action !== 'string' || !validators.actions.has(action)) {
      this.note('in', text, 'unknown action');
      return this.send([4, id, 'NotImplemented', 'unknown action', {}], null);
    }
    const violation = validators.request(action, payload);
    this.note('in', text, violation && told(violation));
    if (violation !== null) {
      const code = this.edition === 'ocpp1.6' ? 'FormationViolation' : 'FormatViolation';
      return this.send([4, id, code, told(violation).slice(0, 255), {}], null);
    }
    let result: object | null;
    try {
      result = this.options.answer(action, payload as object);
    } catch (thrown) {
      const code = thrown instanceof CallFault ? thrown.errorCode : 'InternalError';
      return this.send([4, id, code, describeError(thrown).slice(0, 255), {}], null);
    }
    if (result === null) return;
    const own = validators.response(action, result);
    this.send([3, id, result], own && `own answer to ${action}: ${told(own)}`);
  }

  private takeResult(text: string, id: string, payload: unknown): void {
    const question = this.settle(id);
    if (question === null) return this.note('in', text, 'answers no question of ours');
    const violation = this.options.validators.response(question.action, payload);
    this.note('in', text, violation && told(violation));
    if (violation === null) question.resolve(payload);
    else question.reject(new KerbsideError('InvalidAnswer', `${question.action}: ${told(violation)}`, "The station's answer breaks the standard."));
    this.sendNext();
  }

  private takeError(text: string, id: string, code: string, description: string): void {
    const question = this.settle(id);
    this.note('in', text, question === null ? 'answers no question of ours' : null);
    question?.reject(new KerbsideError('CallRefused', `${question.action}: ${code} ${description}`, `The station answered ${code}.`));
    this.sendNext();
  }

  private settle(id: string): Question | null {
    if (this.inFlight === null || this.inFlight.question.id !== id) return null;
    const { question, timer } = this.inFlight;
    clearTimeout(timer);
    this.inFlight = null;
    return question;
  }

  private fail(why: string): void {
    const lost = [...(this.inFlight === null ? [] : [this.inFlight.question]), ...this.waiting.splice(0)];
    if (this.inFlight !== null) clearTimeout(this.inFlight.timer);
    this.inFlight = null;
    for (const question of lost) question.reject(new KerbsideError('CallUnanswered', `${question.action}: ${why}`, 'The station went away.'));
  }

  private send(frame: readonly unknown[], problem: string | null): void {
    const text = JSON.stringify(frame);
    this.note('out', text, problem);
    this.socket.send(text, () => undefined); // a failed send is followed by `close`
  }

  private note(direction: 'in' | 'out', text: string, problem: string | null): void {
    const { log, stationId, edition } = this.options;
    log.add({ stationId, edition, direction, text, problem });
  }
}

function told(violation: SchemaViolation): string {
  return `${violation.path} ${violation.message}`.trim();
}
