CREATE TABLE meta (
  -- Facts about the archive and its tenant, one row a fact: the tenant's name, the last sync, the clock skew.
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE str (
  -- Every short text that repeats (activities, applications, reasons) is kept once. 0 means none.
  id INTEGER PRIMARY KEY,
  s TEXT NOT NULL
) STRICT;

CREATE TABLE entity (
  -- Everybody and everything a log row names: users, guests, applications, groups.
  id INTEGER PRIMARY KEY,
  oid BLOB NOT NULL UNIQUE,       -- object id: 16 bytes, or the text itself where it is no GUID
  name TEXT NOT NULL,             -- as the first row that named it showed it; a guest's names stand in guest
  upn TEXT NOT NULL
) STRICT;

CREATE TABLE zdict (
  -- Compression dictionaries, trained on a page of each kind; never changed once used.
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,          -- 1 audits, 2 sign-ins, 3 users
  trained_on INTEGER NOT NULL,    -- rows it was made from; one made from few is followed by a better one
  d BLOB NOT NULL
) STRICT;

CREATE TABLE zdict_copy (
  -- Without its dictionary no row can be read, so each is kept a second time, written later and thus elsewhere.
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  trained_on INTEGER NOT NULL,
  d BLOB NOT NULL
) STRICT;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,        -- time ordered: seconds since 2020 << 33, then microseconds and a hash of the id
  id_hash INTEGER NOT NULL,       -- tells two rows of the same instant apart
  content_hash INTEGER NOT NULL,  -- of the raw JSON: an unchanged row is not written again
  corr INTEGER NOT NULL,          -- hash of the correlation id, for grouping; 0 = none
  activity INTEGER NOT NULL,      -- str
  category INTEGER NOT NULL,      -- str
  service INTEGER NOT NULL,       -- str, loggedByService
  result INTEGER NOT NULL,        -- 0 success, 1 failure, 2 timeout, 3 anything else
  reason INTEGER NOT NULL,        -- str, resultReason
  actor INTEGER NOT NULL,         -- entity; 0 = none
  target INTEGER NOT NULL         -- entity: the guest among the targets, else the first; 0 = none
) STRICT;
CREATE INDEX audit_target ON audit(target) WHERE target <> 0;
CREATE INDEX audit_actor ON audit(actor) WHERE actor <> 0;
CREATE INDEX audit_fail ON audit(seq) WHERE result <> 0;

CREATE TABLE audit_also (
  -- Further targets of an audit row beside audit.target.
  entity INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (entity, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE signin (
  seq INTEGER PRIMARY KEY,        -- as in audit
  id_hash INTEGER NOT NULL,
  content_hash INTEGER NOT NULL,
  corr INTEGER NOT NULL,
  user INTEGER NOT NULL,          -- entity
  app INTEGER NOT NULL,           -- str, appDisplayName
  app_id INTEGER NOT NULL,        -- str
  resource INTEGER NOT NULL,      -- str, resourceDisplayName
  error INTEGER NOT NULL,         -- status/errorCode; 0 = success
  reason INTEGER NOT NULL,        -- str, status/failureReason
  ca INTEGER NOT NULL,            -- str, conditionalAccessStatus
  access_type INTEGER NOT NULL,   -- str, crossTenantAccessType
  home_tenant INTEGER NOT NULL,   -- str, homeTenantId
  requirement INTEGER NOT NULL,   -- str, authenticationRequirement
  is_guest INTEGER NOT NULL       -- 1 when the row says so or its home tenant is another
) STRICT;
CREATE INDEX signin_user ON signin(user);
CREATE INDEX signin_fail ON signin(seq, error, app, is_guest, user) WHERE error <> 0;

CREATE TABLE audit_raw (
  -- The row exactly as Graph sent it, byte for byte. dict 0 = compressed without a dictionary.
  seq INTEGER PRIMARY KEY,
  dict INTEGER NOT NULL,
  z BLOB NOT NULL
) STRICT;

CREATE TABLE signin_raw (
  seq INTEGER PRIMARY KEY,
  dict INTEGER NOT NULL,
  z BLOB NOT NULL
) STRICT;

CREATE TABLE coverage (
  -- Which time windows of which log are held. Windows of one log never overlap.
  log INTEGER NOT NULL,           -- 1 audits, 2 sign-ins
  lo INTEGER NOT NULL,            -- microseconds since 1970, inclusive
  hi INTEGER NOT NULL,            -- exclusive
  state INTEGER NOT NULL,         -- 0 complete, 1 partial, 2 gone for good
  source INTEGER NOT NULL,        -- 1 API, 2 import
  fetched_at INTEGER NOT NULL,
  PRIMARY KEY (log, lo),
  CHECK (lo < hi)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_day (
  -- Rows held per day, recomputed for the days a finished window touched.
  log INTEGER NOT NULL,
  day INTEGER NOT NULL,           -- days since 2020-01-01 UTC
  n INTEGER NOT NULL,
  PRIMARY KEY (log, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE fail_day (
  -- Failed sign-ins per day, recomputed together with log_day.
  day INTEGER NOT NULL,
  error INTEGER NOT NULL,
  app INTEGER NOT NULL,
  is_guest INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (day, error, app, is_guest)
) STRICT, WITHOUT ROWID;

CREATE TABLE dirty_day (
  -- Days whose log_day and fail_day must be computed again.
  log INTEGER NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (log, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  -- Where a long job stopped, so that it can go on.
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
