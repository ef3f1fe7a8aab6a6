/**
 * @peculiar/x509 registers its algorithms through tsyringe, which keeps notes on classes by the `Reflect.*Metadata`
 * functions of a proposal that no engine has. These three are all that it calls.
 */
interface MetadataReflect {
  getMetadata?: (key: unknown, target: object) => unknown;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
}

export function provideReflectMetadata(): void {
  const reflect = Reflect as MetadataReflect;
  if (reflect.getMetadata !== undefined) return;
  const notes = new WeakMap<object, Map<unknown, unknown>>();
  const own = (key: unknown, target: object): unknown => notes.get(target)?.get(key);
  reflect.getOwnMetadata = own;
  reflect.getMetadata = (key, target) => {
    for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      if (notes.get(at)?.has(key) === true) return own(key, at);
    }
    return undefined;
  };
  reflect.defineMetadata = (key, value, target) => {
    const of = notes.get(target) ?? new Map<unknown, unknown>();
    notes.set(target, of.set(key, value));
  };
}
