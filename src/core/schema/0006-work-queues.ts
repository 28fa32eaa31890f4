import type { Migration } from "../../platform/database/index.ts";

/** The work queue of each mail and job. Before, the beginning of its kind distinguished a job from mail. */
export const workQueues: Migration = {
  id: 6,
  name: "work queues",
  sql: `
ALTER TABLE outbox ADD COLUMN queue TEXT NOT NULL DEFAULT 'mail';

UPDATE outbox SET queue = 'jobs', kind = substr(kind, 8) WHERE substr(kind, 1, 7) = 'errand:';

UPDATE outbox SET queue = 'listeners' WHERE queue = 'jobs' AND kind = 'after';

DROP INDEX outbox_due;

DROP INDEX outbox_errands;

CREATE INDEX outbox_by_queue ON outbox (queue, send_after) WHERE sent_at IS NULL AND failed_at IS NULL;
`,
};
