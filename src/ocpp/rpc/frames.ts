/** OCPP-J frames (1.6-J section 4.2, 2.x part 4 section 4.2): text to typed frame and back. Never throws. */

export type Payload = Readonly<Record<string, unknown>>;

export type Frame =
  | { readonly type: 'call'; readonly id: string; readonly action: string; readonly payload: Payload }
  | { readonly type: 'result'; readonly id: string; readonly payload: Payload }
  | { readonly type: 'error'; readonly id: string; readonly code: string; readonly description: string; readonly details: Payload };

export type ParseFailure = {
  readonly type: 'failure';
  /** `ignore`: an unknown message type, which receivers pass over; `answer`: tell the sender. */
  readonly reaction: 'ignore' | 'answer';
  /** The id to answer with; null where it can't be read (2.x answers "-1"). */
  readonly id: string | null;
  readonly reason: string;
};

/** Frames over this many characters aren't parsed. */
export const MAX_FRAME_CHARACTERS = 1_000_000;
const MAX_ID_LENGTH = 36;
/** Deeper nesting than any OCPP message has: a parser shouldn't have to go there. */
const MAX_DEPTH = 64;

export function parseFrame(text: string): Frame | ParseFailure {
  if (text.length > MAX_FRAME_CHARACTERS) return failure('answer', null, `a frame of ${text.length} characters is too large`);
  if (nestsDeeper(text, MAX_DEPTH)) return failure('answer', null, 'nested too deeply');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return failure('answer', null, 'not JSON');
  }
  if (!Array.isArray(json)) return failure('answer', null, 'not an array');
  const [messageType, id] = json as readonly unknown[];
  if (typeof messageType !== 'number') return failure('answer', null, 'the message type isn\'t a number');
  if (![2, 3, 4].includes(messageType)) return failure('ignore', null, `message type ${messageType} isn't known`);
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH) {
    // An answer with a broken id belongs to nothing: only a CALL deserves a reply.
    return failure(messageType === 2 ? 'answer' : 'ignore', null, 'the message id isn\'t 1 to 36 characters');
  }
  switch (messageType) {
    case 2: return parseCall(id, json);
    case 3: {
      if (json.length !== 3 || !isObject(json[2])) return failure('ignore', id, 'not a CALLRESULT');
      return { type: 'result', id, payload: json[2] };
    }
    default: {
      if (json.length < 3 || typeof json[2] !== 'string') return failure('ignore', id, 'not a CALLERROR');
      return { type: 'error', id, code: json[2], description: typeof json[3] === 'string' ? json[3] : '', details: isObject(json[4]) ? json[4] : {} };
    }
  }
}

function parseCall(id: string, json: readonly unknown[]): Frame | ParseFailure {
  const [, , action, payload] = json;
  if (json.length !== 4) return failure('answer', id, 'a CALL has four elements');
  if (typeof action !== 'string') return failure('answer', id, 'the action isn\'t a string');
  if (!isObject(payload)) return failure('answer', id, 'the payload isn\'t an object');
  return { type: 'call', id, action, payload };
}

export function callFrame(id: string, action: string, payload: object): string {
  return JSON.stringify([2, id, action, payload]);
}

export function resultFrame(id: string, payload: object): string {
  return JSON.stringify([3, id, payload]);
}

/** The description is cut to the 255 characters that the specification allows. */
export function errorFrame(id: string, code: string, description: string, details: object = {}): string {
  return JSON.stringify([4, id, code, description.slice(0, 255), details]);
}

function failure(reaction: 'ignore' | 'answer', id: string | null, reason: string): ParseFailure {
  return { type: 'failure', reaction, id, reason };
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}
