import { cpus, loadavg, totalmem } from "node:os";

/** The machine that took the figures, in one sentence. */
export function machine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} cores (${cores[0]?.model.trim() ?? "unknown"}), ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

/** The load of the machine before the first measurement. */
export const load = (): string => (loadavg()[0] as number).toFixed(2);
