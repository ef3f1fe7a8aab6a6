import type { SchemaViolation, Validators } from './validation.ts';

/** What the generated `validators.js` of an edition exports by default. */
export type GeneratedValidators = Readonly<Record<string, {
  (data: unknown): boolean;
  errors?: readonly { readonly keyword: string; readonly instancePath: string; readonly params: Record<string, unknown> }[] | null;
} | undefined>>;

/** An edition's validators in two parts, and the actions of the second, which is loaded when one of them is met. */
export interface SeldomPart {
  readonly actions: readonly string[];
  readonly load: () => Promise<{ readonly default: GeneratedValidators }>;
}

export function makeValidators(everyday: GeneratedValidators, seldom: SeldomPart = { actions: [], load: () => Promise.resolve({ default: {} }) }): Validators {
  const later = new Set(seldom.actions);
  const actions = new Set([...actionsOf(everyday), ...later]);
  let loaded: GeneratedValidators | null = later.size === 0 ? {} : null;
  let loading: Promise<void> | null = null;
  const check = (action: string, message: string, payload: unknown): SchemaViolation | null => {
    if (!actions.has(action)) return { keyword: 'action', path: '', message: `no such message: ${message}` };
    const part = later.has(action) ? loaded : everyday;
    if (part === null) return { keyword: 'notLoaded', path: '', message: `what checks ${message} isn't loaded` };
    const validate = Object.hasOwn(part, message) ? part[message] : undefined;
    if (validate === undefined) return { keyword: 'action', path: '', message: `no such message: ${message}` };
    if (validate(payload)) return null;
    const error = validate.errors?.[0];
    return { keyword: error?.keyword ?? 'unknown', path: error?.instancePath ?? '', message: describe(error) };
  };
  return {
    actions,
    load: (action) => {
      if (loaded !== null || (action !== undefined && !later.has(action))) return null;
      // Asked again after a failure, it is tried again.
      loading ??= seldom.load().then((part) => void (loaded = part.default)).finally(() => void (loading = null));
      return loading;
    },
    request: (action, payload) => check(action, `${action}Request`, payload),
    response: (action, payload) => check(action, `${action}Response`, payload),
  };
}

function actionsOf(generated: GeneratedValidators): string[] {
  return Object.keys(generated).filter((name) => name.endsWith('Request')).map((name) => name.slice(0, -'Request'.length));
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
