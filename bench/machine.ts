import { cpus, loadavg, totalmem } from "node:os";

/** The machine the figures were taken on, in one sentence. */
export function machine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} cores (${cores[0]?.model.trim() ?? "unknown"}), ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

/** How busy the machine was before anything was measured. */
export const load = (): string => (loadavg()[0] as number).toFixed(2);
