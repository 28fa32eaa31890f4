/** Values kept with objects: what a `WeakMap` offers. */
export interface Notes<Key extends object, Value> {
  get(object: Key): Value | undefined;
  set(object: Key, value: Value): void;
}

/**
 * Keeps a value with an object for as long as the object lives, as a property that nobody else can name, that no copy
 * takes along and no loop sees. Not a `WeakMap`, since its keys outlive V8's collections of young objects: with an
 * entry for each request those took 20 ms instead of 0.3, and requests waited for them (docs/benchmarks.md).
 */
export function notes<Key extends object, Value>(description: string): Notes<Key, Value> {
  const name = Symbol(description);
  return {
    get: (object) => (object as Record<symbol, Value | undefined>)[name],
    set: (object, value) => {
      Object.defineProperty(object, name, { value, configurable: true });
    },
  };
}
