import type { SchemaViolation, Validators } from './validation.ts';

/** What the generated `validators.js` of an edition exports by default. */
export type GeneratedValidators = Readonly<Record<string, {
  (data: unknown): boolean;
  errors?: readonly { readonly keyword: string; readonly instancePath: string; readonly params: Record<string, unknown> }[] | null;
} | undefined>>;

export function makeValidators(generated: GeneratedValidators): Validators {
  const actions = new Set(Object.keys(generated).filter((name) => name.endsWith('Request')).map((name) => name.slice(0, -'Request'.length)));
  const check = (message: string, payload: unknown): SchemaViolation | null => {
    const validate = Object.hasOwn(generated, message) ? generated[message] : undefined;
    if (validate === undefined) return { keyword: 'action', path: '', message: `no such message: ${message}` };
    if (validate(payload)) return null;
    const error = validate.errors?.[0];
    return { keyword: error?.keyword ?? 'unknown', path: error?.instancePath ?? '', message: describe(error) };
  };
  return {
    actions,
    request: (action, payload) => check(`${action}Request`, payload),
    response: (action, payload) => check(`${action}Response`, payload),
  };
}

function describe(error: { keyword: string; instancePath: string; params: Record<string, unknown> } | undefined): string {
  if (error === undefined) return 'not valid';
  const where = error.instancePath === '' ? 'the payload' : error.instancePath;
  const { params } = error;
  switch (error.keyword) {
    case 'required': return `${where} lacks ${String(params['missingProperty'])}`;
    case 'additionalProperties': return `${where} has an unknown field ${String(params['additionalProperty']).slice(0, 50)}`;
    case 'type': return `${where} must be ${String(params['type'])}`;
    case 'enum': return `${where} isn't one of the allowed values`;
    case 'format': return `${where} isn't a ${String(params['format'])}`;
    default: return `${where} breaks ${error.keyword} ${String(params['limit'] ?? params['multipleOf'] ?? '')}`.trim();
  }
}
