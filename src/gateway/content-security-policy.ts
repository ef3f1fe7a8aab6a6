/**
 * The one content security policy of page and worker. The gateway sends it as a header with every file, because a
 * worker is governed by the header of its own script; the page carries it as a meta tag too, for hosts without headers.
 */
const DIRECTIVES: Readonly<Record<string, string>> = {
  'default-src': "'self'",
  // No eval and no inline script: message validators are compiled when the app is built.
  'script-src': "'self'",
  'worker-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  // The CSMS may live anywhere; a client certificate needs a fetch to it before the WebSocket.
  'connect-src': "'self' ws: wss: http: https:",
  'manifest-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'self'",
};

function text(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/** For the `<meta http-equiv>` tag, where `frame-ancestors` isn't allowed. */
export const META_POLICY = text(DIRECTIVES);

/** For the response header. */
export const HEADER_POLICY = text({ ...DIRECTIVES, 'frame-ancestors': "'none'" });
