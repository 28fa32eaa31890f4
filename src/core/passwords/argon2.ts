import type * as NativeArgon2 from "@node-rs/argon2";
import type { HashParameters } from "../settings.ts";

export type HashBackend = "@node-rs/argon2" | "node:crypto";

/** One argon2id (version 1.3) computation. */
export type Argon2id = (input: {
  password: string;
  salt: Buffer;
  parameters: HashParameters;
  tagLength: number;
  secret?: Buffer;
}) => Promise<Buffer>;

let loaded: Promise<{ backend: HashBackend; argon2id: Argon2id }> | undefined;

/**
 * The implementation that computes argon2id: `@node-rs/argon2`, or Node's own if the native module can't load. Node's
 * is about three times slower. The first call loads it. An application should log it at its start.
 */
export async function hashBackend(): Promise<HashBackend> {
  return (await loadOnce()).backend;
}

/** Computes argon2id with the implementation of `hashBackend`. Runs on the thread pool. */
export const argon2id: Argon2id = async (input) => (await loadOnce()).argon2id(input);

/** Loads an implementation. Tests replace `importNative`. */
export async function loadArgon2(
  importNative: () => Promise<typeof NativeArgon2> = () => import("@node-rs/argon2"),
): Promise<{ backend: HashBackend; argon2id: Argon2id }> {
  try {
    return { backend: "@node-rs/argon2", argon2id: fromNative(await importNative()) };
  } catch {
    return { backend: "node:crypto", argon2id: fromNode(await import("node:crypto")) };
  }
}

function loadOnce(): Promise<{ backend: HashBackend; argon2id: Argon2id }> {
  loaded ??= loadArgon2();
  return loaded;
}

function fromNative({ hashRaw }: typeof NativeArgon2): Argon2id {
  // The package's default algorithm and version are argon2id and 1.3; its enums can't be used with isolated modules.
  return ({ password, salt, parameters, tagLength, secret }) =>
    hashRaw(password, {
      salt,
      memoryCost: parameters.memoryKiB,
      timeCost: parameters.passes,
      parallelism: parameters.parallelism,
      outputLen: tagLength,
      ...(secret && { secret }),
    });
}

function fromNode({ argon2 }: typeof import("node:crypto")): Argon2id {
  return ({ password, salt, parameters, tagLength, secret }) =>
    new Promise((resolve, reject) => {
      const settings = {
        message: password,
        nonce: salt,
        memory: parameters.memoryKiB,
        passes: parameters.passes,
        parallelism: parameters.parallelism,
        tagLength,
        ...(secret && { secret }),
      };
      argon2("argon2id", settings, (error, tag) => (error ? reject(error) : resolve(tag)));
    });
}
