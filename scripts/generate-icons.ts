/**
 * Draws the app's icon, three kerb stones on asphalt with the middle one lit, as SVG and as the PNG sizes that an
 * installed app needs. Flat rectangles need no drawing library: a PNG is a zlib stream with a few headers.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

interface Rectangle { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly fill: string }

/** In per cent of the icon's edge. The stones stay inside the central 80 % that a mask leaves visible. */
const GROUND: Rectangle = { x: 0, y: 0, width: 100, height: 100, fill: '#141816' };
const STONES: readonly Rectangle[] = [
  { x: 16, y: 40, width: 20, height: 26, fill: '#efede6' },
  { x: 40, y: 34, width: 20, height: 32, fill: '#39d353' },
  { x: 64, y: 40, width: 20, height: 26, fill: '#efede6' },
];

function svg(): string {
  const shapes = [GROUND, ...STONES].map(
    (r) => `  <rect x="${r.x}" y="${r.y}" width="${r.width}" height="${r.height}" fill="${r.fill}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">\n${shapes.join('\n')}\n</svg>\n`;
}

/** CRC-32 as PNG wants it (node:zlib has one only from Node 22.2 on). */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** @param sizePx edge of the square, pixels */
function png(sizePx: number): Buffer {
  const stride = 1 + sizePx * 3; // one filter byte (0: none) before each row of RGB
  const raw = Buffer.alloc(stride * sizePx);
  for (const { x, y, width, height, fill } of [GROUND, ...STONES]) {
    const colour = Buffer.from(fill.slice(1), 'hex');
    const [left, top, right, bottom] = [x, y, x + width, y + height].map((percent) => Math.round((percent / 100) * sizePx)) as [number, number, number, number];
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) colour.copy(raw, row * stride + 1 + column * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(sizePx, 0);
  header.writeUInt32BE(sizePx, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits a channel, RGB, deflate, no filter, not interlaced
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(raw, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

mkdirSync('public/icons', { recursive: true });
writeFileSync('public/icons/icon.svg', svg());
writeFileSync('public/icons/icon-192.png', png(192));
writeFileSync('public/icons/icon-512.png', png(512));
writeFileSync('public/icons/icon-maskable-512.png', png(512));
