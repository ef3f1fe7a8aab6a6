/** Takes secrets out of a frame before it is logged or shown: type, id and action stay, and it stays valid JSON. */

const MASK = '••••';
const SECRET_NAMES = /password|authorizationkey|privatekey|secret|simpin/i;
/** User and password in the address of an upload or download. */
const URL_CREDENTIALS = /(:\/\/)[^/@\s]*@/g;
const MAY_HOLD_SECRET = /password|authorizationkey|privatekey|secret|simpin|keycode|"vpn"|notifycustomerinformation|:\/\/[^/@\s]*@|\\/i;

export function maskFrame(text: string): string {
  if (!MAY_HOLD_SECRET.test(text)) return text;
  try {
    return JSON.stringify(maskNode(JSON.parse(text)));
  } catch {
    return '"an unreadable frame that may hold a secret"';
  }
}

function maskNode(node: unknown): unknown {
  if (Array.isArray(node)) {
    // N10: what is known of a customer must not live on in a log after it was cleared.
    const told = node[2] === 'NotifyCustomerInformation' && typeof node[3] === 'object' && node[3] !== null;
    return told ? [...node.slice(0, 3), { ...(node[3] as object), data: MASK }] : node.map(maskNode);
  }
  if (typeof node === 'string') return node.replace(URL_CREDENTIALS, `$1${MASK}@`);
  if (typeof node !== 'object' || node === null) return node;
  const record = node as Record<string, unknown>;
  const masked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    masked[name] = typeof value === 'string' && SECRET_NAMES.test(name) ? MASK : maskNode(value);
  }
  // SetVariables / GetVariables: the value belongs to the variable named beside it; ChangeConfiguration likewise.
  const variable = (record['variable'] as { name?: unknown } | undefined)?.name ?? record['key'];
  if (typeof variable === 'string' && SECRET_NAMES.test(variable)) {
    for (const field of ['attributeValue', 'value', 'actualValue']) if (field in masked) masked[field] = MASK;
  }
  // SetNetworkProfile: a VPN's shared key is only called `key`.
  if (typeof record['server'] === 'string' && 'key' in masked) masked['key'] = MASK;
  // C04.FR.04: a PIN is never logged.
  if (record['type'] === 'KeyCode' && typeof record['idToken'] === 'string') masked['idToken'] = MASK;
  return masked;
}
