import { describe, expect, it } from 'vitest';
import { displayText, htmlToText, plainText } from './safe-text.ts';

describe('text from afar on a screen', () => {
  it.each([
    ['<b>0.30</b> per kWh', '0.30 per kWh'],
    ['one<br>two<BR/>three', 'one\ntwo\nthree'],
    ['<p>a</p><p>b</p>', 'a\nb'],
    ['<ul><li>day</li><li>night</li></ul>', 'day\nnight'],
    ['5 &lt; 6 &amp; 7 &euro; &#8364; &#x20AC;', '5 < 6 & 7 € € €'],
    ['&unknown; stays', '&unknown; stays'],
    ['x<script>alert(1)</script>y<style>*{}</style>', 'xy'],
    ['<img src=x onerror=alert(1)>free', 'free'],
    ['never closed <script>alert(1)', 'never closed'],
    ['never closed <a href="', 'never closed'],
    ['a<!-- hidden -->b', 'ab'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'], // text that looks like markup: shown as such, never run
  ])('HTML %j reads %j', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  it('controls and direction marks go, line breaks stay', () => {
    expect(plainText('a\u202eb\u0007\r\nc\td\n\n\n\ne')).toBe('ab\nc d\n\ne');
  });

  it('only HTML loses its markup', () => {
    expect(displayText('UTF8', 'a < b <c>')).toBe('a < b <c>');
    expect(displayText('HTML', 'a <c>d</c>')).toBe('a d');
  });
});
