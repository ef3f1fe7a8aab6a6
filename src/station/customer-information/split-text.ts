/** Parts of at most `length` characters, cut at line ends where there are any. At least one, of an empty text an empty one. */
export function splitText(text: string, length: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > length) {
    const newline = rest.lastIndexOf('\n', length - 1);
    let end = newline > 0 ? newline + 1 : length;
    // Not between the two halves of a character outside the basic plane.
    if (/[\uD800-\uDBFF]/.test(rest.charAt(end - 1))) end -= 1;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return rest === '' && parts.length > 0 ? parts : [...parts, rest];
}
