/**
 * The session dictionary: small values that the application keeps for a visitor, until logout. Values must survive
 * JSON. With `session.data.store: "cookie"` (the default) one sealed cookie of 4,096 bytes holds all of it; beyond that
 * `set` throws `SessionDataTooLarge`. With `"server"` signed-in users have a row instead.
 */
export interface SessionData<Values extends object = Record<string, unknown>> {
  get<Name extends keyof Values & string>(name: Name): Values[Name] | undefined;
  /** Await it if the value must be durable before the answer is sent (server store). */
  set<Name extends keyof Values & string>(name: Name, value: Values[Name]): Promise<void>;
  delete(name: keyof Values & string): Promise<void>;
}

interface Backing {
  values: Record<string, unknown>;
  save(values: Record<string, unknown>): Promise<void>;
}

/** A dictionary over the values of `backing`. Names such as `__proto__` are ordinary names here. */
export function sessionData(backing: Backing): SessionData {
  return {
    get: (name) => (Object.hasOwn(backing.values, name) ? backing.values[name] : undefined),
    set: (name, value) => {
      // A copy first, so that an oversized value keeps the previous ones.
      const values = { ...backing.values };
      Object.defineProperty(values, name, { value, enumerable: true, writable: true, configurable: true });
      return backing.save(values);
    },
    delete: (name) => {
      const values = { ...backing.values };
      delete values[name];
      return backing.save(values);
    },
  };
}
