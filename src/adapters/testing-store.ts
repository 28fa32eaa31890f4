/**
 * Contract tests for implementations of Latchkey's ports: database, session store, counters, signals. They use
 * `node:assert` and register their tests with the given runner.
 * @module
 */
export type { Bucket, Counters, Reservation } from "../core/counters/index.ts";
export type {
  MaybeLater,
  SeenSession,
  SessionRow,
  SessionStore,
  StoredSession,
  Whose,
} from "../core/sessions/index.ts";
export type { Database, DurabilityOptions, Queries, Transaction, Value } from "../platform/database/index.ts";
export type { Signals } from "../platform/signals/index.ts";
export type { ContractRunner, RegisterTest } from "./store-contracts/contract.ts";
export { type CountersContract, countersContract, type OpenCounters } from "./store-contracts/counters.ts";
export { type DatabaseContract, databaseContract } from "./store-contracts/database.ts";
export {
  type OpenSessionStore,
  type SessionStoreContract,
  sessionStoreContract,
} from "./store-contracts/session-store.ts";
export { type OpenSignals, type SignalsContract, signalsContract } from "./store-contracts/signals.ts";
