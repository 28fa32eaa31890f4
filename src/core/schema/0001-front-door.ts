import type { Migration } from "../../platform/database/index.ts";

/** Accounts, passwords, sessions, devices, single-use secrets, throttling, audit and outgoing mail. */
export const frontDoor: Migration = {
  id: 1,
  name: "front door",
  sql: `
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  email_confirmed_at INTEGER,
  username TEXT,
  username_key TEXT UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
  epoch INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  fields TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE roles (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  PRIMARY KEY (user_id, role)
) STRICT, WITHOUT ROWID;

CREATE INDEX roles_by_role ON roles (role, user_id);

CREATE TABLE passwords (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  must_change INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  digest BLOB PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  device_id TEXT,
  created_at INTEGER NOT NULL,
  authenticated_at INTEGER NOT NULL,
  methods TEXT NOT NULL,
  last_seen_at INTEGER NOT NULL,
  idle_expires_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  remembered INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  address TEXT,
  user_agent TEXT,
  ended_at INTEGER,
  ended_reason TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id, ended_at);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE session_data (
  session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
  digest BLOB PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX devices_by_user ON devices (user_id);

CREATE TABLE pending_registrations (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  username TEXT,
  username_key TEXT,
  password_hash TEXT NOT NULL,
  fields TEXT NOT NULL DEFAULT '{}',
  browser BLOB NOT NULL,
  next TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX pending_registrations_by_email ON pending_registrations (email_key);

CREATE INDEX pending_registrations_by_expiry ON pending_registrations (expires_at);

CREATE TABLE one_time_tokens (
  digest BLOB PRIMARY KEY,
  purpose TEXT NOT NULL,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  registration_id TEXT REFERENCES pending_registrations (id) ON DELETE CASCADE,
  email_key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  consumed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX one_time_tokens_by_user ON one_time_tokens (user_id, purpose);

CREATE INDEX one_time_tokens_by_email ON one_time_tokens (email_key, purpose);

CREATE INDEX one_time_tokens_by_expiry ON one_time_tokens (expires_at);

CREATE TABLE throttle (
  key BLOB PRIMARY KEY,
  count INTEGER NOT NULL,
  window_ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX throttle_by_window ON throttle (window_ends_at);

CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  event TEXT NOT NULL,
  actor TEXT,
  subject TEXT,
  request_id TEXT,
  address TEXT,
  user_agent TEXT,
  detail TEXT NOT NULL,
  previous_hash BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;

CREATE INDEX audit_by_subject ON audit (subject, sequence);

CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  content BLOB,
  created_at INTEGER NOT NULL,
  send_after INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  failed_at INTEGER,
  last_error TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (send_after) WHERE sent_at IS NULL AND failed_at IS NULL;
`,
};
