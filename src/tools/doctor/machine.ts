import {
  defaultHashParameters,
  type HashCost,
  type HashParameters,
  hashBackend,
  measureHashing,
} from "../../core/passwords/index.ts";
import { type Check, note, ok, serious, warning } from "./finding.ts";

export interface Machine {
  /** As `process.versions.node`. */
  nodeVersion: string;
  hashing:
    | ({ backend: Awaited<ReturnType<typeof hashBackend>> } & Pick<HashCost, "parameters" | "milliseconds">)
    | { failed: string };
}

const LEAST_NODE = [24, 7] as const;
/** The target of `explain --calibrate`. */
const MOST_HASH_MS = 250;
const HASHES = 3;

async function hashingOf(wanted: HashParameters): Promise<Machine["hashing"]> {
  try {
    const backend = await hashBackend();
    // The first round pays for new memory and doesn't count.
    const { parameters, milliseconds } = await measureHashing(wanted, { atOnce: 1, rounds: HASHES + 1 });
    return { backend, parameters, milliseconds };
  } catch (error) {
    return { failed: (error as NodeJS.ErrnoException).code ?? (error as Error).name };
  }
}

/** Computes a few hashes of the configured cost. Takes about a second. */
export async function inspectMachine(parameters: HashParameters = defaultHashParameters): Promise<Machine> {
  return { nodeVersion: process.versions.node, hashing: await hashingOf(parameters) };
}

const nodeVersion: Check<Machine> = {
  name: "node-version",
  look({ nodeVersion: version }) {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const [leastMajor, leastMinor] = LEAST_NODE;
    if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
      return serious(
        `Node ${version} is older than this library supports.`,
        `Install Node ${LEAST_NODE.join(".")} or newer.`,
      );
    }
    if (major % 2 === 1) {
      return note(
        `Node ${version} gets security fixes for only half a year.`,
        "Use an even release, which gets them for years.",
      );
    }
    return ok(`Node is ${version}.`);
  },
};

const hashing: Check<Machine> = {
  name: "hashing",
  look({ hashing: measured }) {
    if ("failed" in measured) {
      return serious(
        `A password can't be hashed here (${measured.failed}), so no user can sign in.`,
        "Give the process more memory, and install the package @node-rs/argon2 for this platform.",
      );
    }
    const { backend, milliseconds } = measured;
    const { memoryKiB, passes, parallelism } = measured.parameters;
    const took = `argon2id (${memoryKiB} KiB, t=${passes}, p=${parallelism}) takes ${milliseconds.toFixed(0)} ms`;
    const verdicts = [];
    if (backend !== "@node-rs/argon2") {
      verdicts.push(
        warning(
          `The native module @node-rs/argon2 doesn't load, and Node's own is used: ${took}.`,
          "Run npm install without --omit=optional on the platform that runs the application.",
        ),
      );
    }
    if (milliseconds > MOST_HASH_MS) {
      verdicts.push(
        warning(
          `One password hash is slow: ${took}, and the target is ${MOST_HASH_MS} ms at most.`,
          "Use a faster machine, or find out what else uses its processor and memory.",
        ),
      );
    }
    return verdicts.length > 0 ? verdicts : ok(`One password hash is quick enough: ${took} by ${backend}.`);
  },
};

/** The machine and its Node. */
export const machineChecks: readonly Check<Machine>[] = [nodeVersion, hashing];
