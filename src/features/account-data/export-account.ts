import type { Core } from "../../core/core.ts";
import { takeLease } from "../../core/counters/index.ts";
import { emitAlone } from "../../core/events/index.ts";
import { type Call, operation } from "../../core/operations/index.ts";
import { accountExport } from "./account-export.ts";
import { downloads, runningDownload } from "./budget.ts";
import { type AccountDownload, beginDownload, PATIENCE_MS } from "./download.ts";

/**
 * All data about the signed-in account, for its owner's download: the library's, and under `application` what the
 * option `user.export` adds. It holds no hash, digest, token, code or key. An account has one download at a time, since
 * each reads all it has.
 */
// Row PV-02.
export const exportAccount = operation({
  summary: "Everything that is kept about the account, as a JSON file",
  access: { to: "signed-in", fresh: "submit" },
  refusals: ["too_many_attempts"],
  async run(core: Core, _input: object, call: Call): Promise<{ download: AccountDownload }> {
    const account = call.requireAccount();
    const { id } = account.user;
    const lease = await takeLease(core, runningDownload(id, PATIENCE_MS), [downloads(core, id)]);
    try {
      const application = (await core.settings.exportUserData?.(id)) ?? {};
      const detail = { object: "account_export" };
      await emitAlone(core, { event: "sensitive_read", actor: id, subject: id, detail, facts: call.facts });
      const document = accountExport(core, account, { locale: call.facts.locale, application });
      return { download: await beginDownload(core, account, lease, document) };
    } catch (error) {
      await lease.release();
      throw error;
    }
  },
});
