/** Values kept with objects, as in a `WeakMap`. */
export interface Notes<Key extends object, Value> {
  get(object: Key): Value | undefined;
  set(object: Key, value: Value): void;
}

/** A class that extends this adds its private fields to the given object instead of a new one. */
const Given = function given(object: object) {
  return object;
} as unknown as new (
  object: object,
) => object;

/**
 * Stores a value with an object for as long as the object lives, as a private field. Other code can't read it, copies
 * don't have it, and loops don't see it. A `WeakMap` isn't suitable: its keys outlive V8's collections of young
 * objects. With an entry for each request those took 20 ms instead of 0.3, and requests waited for them
 * (docs/benchmarks.md).
 */
export function notes<Key extends object, Value>(): Notes<Key, Value> {
  class Note extends Given {
    #value: Value;

    constructor(object: Key, value: Value) {
      super(object);
      this.#value = value;
    }

    static get(object: object): Value | undefined {
      return #value in object ? object.#value : undefined;
    }

    static set(object: Key, value: Value): void {
      if (#value in object) object.#value = value;
      else new Note(object, value);
    }
  }
  return Note;
}
