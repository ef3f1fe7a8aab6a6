/** Small things that are said the same in every language. Pure. */

/** Latin letters and digits that keep their order in a sentence that runs the other way (Unicode isolates). */
export function isolated(text: string): string {
  return `\u2066${text}\u2069`;
}

/** What drivers call a connector (ConnectorEnumType), and its letter on the label of EN 17186 where it has one. */
export function connectorName(type: string): { readonly name: string; readonly letter: string | null } {
  switch (type) {
    case 'cType1': return { name: 'Type 1', letter: 'B' };
    case 'cType2': case 'sType2': return { name: 'Type 2', letter: 'C' };
    case 'sType3': return { name: 'Type 3', letter: null };
    case 'cCCS1': return { name: 'CCS 1', letter: null };
    case 'cCCS2': return { name: 'CCS 2', letter: null };
    case 'cG105': return { name: 'CHAdeMO', letter: null };
    case 'cTesla': return { name: 'NACS', letter: null };
    case 'sCEE-7-7': return { name: 'CEE 7/7', letter: null };
    default: return { name: '', letter: null };
  }
}

/**
 * The operator's price text, its first part to be written large if it is short and has a number: "0.59 per kWh" of
 * "0.59 per kWh, then 0.05 per minute, VAT included". Nothing of it is dropped or changed.
 */
export function priceParts(text: string): { readonly main: string; readonly rest: string } {
  const cut = /\s*(?:\n|;|·|\||, |،|\. (?=\S))\s*/.exec(text);
  const main = cut === null ? text : text.slice(0, cut.index);
  if (main.length > LARGE_LENGTH || !/\p{Nd}/u.test(main)) return { main: '', rest: text };
  return { main, rest: cut === null ? '' : text.slice(cut.index + cut[0].length) };
}
const LARGE_LENGTH = 24;
