// Loaded before the program (`--import`), in plain JavaScript, so that even the first file comes from the cache. The
// type stripper (20 MB, 40 ms) is needed only after a change. The cache is beside the packages, not in the shared
// temporary folder: other users can't write there.
import * as nodeModule from "node:module";
import { join } from "node:path";

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `Node ${process.versions.node} is too old for Latchkey: run "npm ci --include=dev", which brings the right one.\n`,
  );
  process.exit(1);
}
nodeModule.enableCompileCache(join(import.meta.dirname, "..", "node_modules", ".cache", "latchkey-compiled"));
