const URL_CREDENTIALS = /(:\/\/)[^/@\s]*@/g;

/** Takes user and password out of addresses. Tokens and passwords are masked where a line is made; this is the net below. */
export function redact(text: string): string {
  return text.replace(URL_CREDENTIALS, '$1••••@');
}
