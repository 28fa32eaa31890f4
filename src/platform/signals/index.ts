export { noSignals, type Signals } from "./signals.ts";
