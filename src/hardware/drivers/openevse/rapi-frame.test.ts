import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTranscript, TRANSCRIPTS } from '../../../../tests/fixtures/rapi-transcripts.ts';
import { checksum, commandLine, MAX_LINE, parseLine, RapiFramer, toBytes } from './rapi-frame.ts';

describe('command lines', () => {
  // Command lines whose checksums the firmware took.
  const VECTORS = [
    '$GS^30', '$GV^35', '$GC^20', '$GG^24', '$GU^36', '$GE^26', '$GF^25', '$GP^33', '$G0^53', '$GT^37', '$GI^2A', '$GY^3A', '$GD^27', '$G5^56',
    '$FE^27', '$FD^26', '$FS^31', '$FR^30', '$SC 6 V^54', '$SC 16 V^65', '$SC 32^15', '$SY 30 6^1B', '$SY^2E', '$SY 165^3C', '$SY 0 0^2E',
    '$ST 0 0 0 0^23', '$SL 2^29', '$SL A^5A', '$FB 2^32', '$S5 A^23',
  ];
  test.each(VECTORS)('%s', (line) => {
    expect(commandLine(line.slice(1, line.indexOf('^')), null)).toBe(line);
  });

  test('the sequence id is inside the checksum', () => {
    expect(commandLine('GS', '01')).toBe('$GS :01^2B');
    expect(commandLine('GS', '0A')).toBe('$GS :0A^5B');
  });

  test.each(['GV', 'GE', 'GC', 'G5', 'GG', 'GS', 'GU', 'GP', 'GF', 'SY 30 6', 'SY 165', 'SC 80 V', 'FE', 'FS', 'FR', 'S5 M'])('%s fits the controller’s buffer', (command) => {
    expect(commandLine(command, 'FF').length).toBeLessThanOrEqual(MAX_LINE);
  });
});

describe.each(TRANSCRIPTS)('captured lines: %s', (name) => {
  const entries = readTranscript(name);
  const heard = entries.filter(({ kind }) => kind === 'in').map(({ text }) => text);

  test('every frame of the controller is understood, cut out of the stream as it was', () => {
    const lines = new RapiFramer().push(toBytes(heard.join('')));
    const frames = lines.filter((line) => /^\$(OK|NK|A[BT])/.test(line));
    expect(frames.length).toBe(heard.filter((text) => /^\$(OK|NK|A[BT])/.test(text)).length);
    expect(frames.length).toBeGreaterThan(15);
    for (const line of frames) expect(parseLine(line), line).not.toBeNull();
    // What is no frame of the controller is stray text or an echo.
    for (const line of lines.filter((each) => !frames.includes(each))) expect(parseLine(line), line).toBeNull();
  });

  test('one byte at a time it’s the same', () => {
    const all = toBytes(heard.join(''));
    const framer = new RapiFramer();
    expect([...all].flatMap((byte) => framer.push(Uint8Array.of(byte)))).toEqual(new RapiFramer().push(all));
  });

  test('our commands come out as theirs were', () => {
    for (const { text } of entries.filter(({ kind, text: each }) => kind === 'out' && each.includes('^') && !each.endsWith('^00\r'))) {
      const body = text.slice(1, text.indexOf('^'));
      if (body.length <= MAX_LINE - 4) expect(`${commandLine(body, null)}\r`).toBe(text);
    }
  });
});

describe('frames', () => {
  test('a reply: ok, values, sequence id', () => {
    expect(parseLine('$OK 01 0 01 0200 :0A^79')).toMatchObject({ kind: 'reply', ok: true, tokens: ['01', '0', '01', '0200'], sequence: '0A' });
    expect(parseLine('$NK 10 6 2^04')).toMatchObject({ kind: 'reply', ok: false, tokens: ['10', '6', '2'], sequence: null });
    expect(parseLine('$OK^20')).toMatchObject({ kind: 'reply', ok: true, tokens: [], sequence: null });
  });

  test('an event', () => {
    expect(parseLine('$AT fe 03 32 0540^31')).toMatchObject({ kind: 'event', name: 'AT', tokens: ['fe', '03', '32', '0540'] });
    expect(parseLine('$AB 00 8.2.3.EU^20')).toMatchObject({ kind: 'event', name: 'AB', tokens: ['00', '8.2.3.EU'] });
  });

  test.each(['', '$', '$OK', '$OK^', '$OK^21', '$OK^2', '$OK^020', 'OK^20', '$GS^30', '$OKAY^38'])('%j is none', (line) => {
    expect(parseLine(line)).toBeNull();
  });

  test('a name with something glued to it is no reply, though its checksum fits', () => {
    const body = '$OKAY';
    expect(parseLine(`${body}^${checksum(body)}`)).toBeNull();
  });

  test('any bytes in any pieces: never throws, and every frame carries the checksum of what it says', () => {
    const junk = fc.array(fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom('$OK', '$NK 1', '^20', '\r', '$', '$AT 03 03 16 0540^35\r', '$OK^20\r', ' :0', '\n').map(toBytes),
    ), { maxLength: 30 });
    fc.assert(fc.property(junk, (pieces) => {
      const framer = new RapiFramer();
      for (const line of pieces.flatMap((piece) => framer.push(piece))) {
        const frame = parseLine(line);
        if (frame === null) continue;
        const [body = '', sum] = [line.slice(0, line.lastIndexOf('^')), line.slice(line.lastIndexOf('^') + 1)];
        expect(sum.toUpperCase()).toBe(checksum(body));
        expect(body).toMatch(/^\$(OK|NK|AB|AT|AN|WF|ST)( |$)/);
        expect(line.indexOf('$', 1)).toBe(-1);
      }
    }));
  });

  test('a frame with one character changed or missing is never taken', () => {
    const frames = TRANSCRIPTS.flatMap((name) => readTranscript(name)).filter(({ kind, text }) => kind === 'in' && /^\$(OK|NK|A)/.test(text)).map(({ text }) => text.slice(0, -1));
    fc.assert(fc.property(fc.constantFrom(...frames), fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, at, flip) => {
      const index = at % frame.length;
      const damaged = frame.slice(0, index) + String.fromCharCode(frame.charCodeAt(index) ^ flip) + frame.slice(index + 1);
      // Upper or lower case of the checksum's digits is one thing.
      if (damaged.toUpperCase() !== frame.toUpperCase()) expect(parseLine(damaged)).toBeNull();
      expect(parseLine(frame.slice(0, frame.length - 1 - (at % 4)))).toBeNull();
    }));
  });

  test('after any noise the next whole frame is heard', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      const lines = new RapiFramer().push(Uint8Array.of(...noise, ...toBytes('$OK 6 80 24 24^1E\r')));
      expect(lines.at(-1)).toBe('$OK 6 80 24 24^1E');
    }));
  });

  test('half a line before a frame is dropped', () => {
    expect(new RapiFramer().push(toBytes('$OK 01 0 $OK^20\r'))).toEqual(['$OK 01 0 ', '$OK^20']);
  });
});
