export { digest } from "./digest.ts";
export { keyName, keyProblem } from "./key-quality.ts";
export { createKeyRing, type KeyPurpose, type KeyRing, sign, verifySignature } from "./key-ring.ts";
export { createMarkedValue, isMarkedValue, markedEnding } from "./marked-value.ts";
export { looksLikeToken, randomToken } from "./random.ts";
export { open, seal } from "./sealing.ts";
export { Secret } from "./secret.ts";
export { uuidv7 } from "./uuid.ts";
