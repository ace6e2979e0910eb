CREATE TABLE guest (
  -- The guest's user object as last seen. Times are microseconds since 1970. Guests that vanish are kept and marked.
  id INTEGER PRIMARY KEY REFERENCES entity(id),
  oid BLOB NOT NULL,
  display_name TEXT NOT NULL,
  sort_name TEXT NOT NULL,        -- lower case
  upn TEXT NOT NULL,
  mail TEXT NOT NULL,
  other_mails TEXT NOT NULL,      -- JSON array
  domain TEXT NOT NULL,           -- of the mail, lower case; '' = none
  user_type TEXT NOT NULL,
  creation_type TEXT,
  state INTEGER NOT NULL,         -- externalUserState: 0 none, 1 pending acceptance, 2 accepted, 3 a word this version does not know
  state_changed_at INTEGER,
  created_at INTEGER,
  account_enabled INTEGER,        -- NULL = not readable
  company TEXT,
  usage_location TEXT,
  issuer TEXT,                    -- of the identity the guest signs in with
  identities TEXT NOT NULL,       -- JSON array of {signInType, issuer, issuerAssignedId}
  sponsors TEXT NOT NULL,         -- JSON array of {id, displayName}
  activity_known INTEGER NOT NULL,-- 0 = signInActivity could not be read; its NULLs then mean "not known"
  last_sign_in_at INTEGER,        -- attempts, failures included
  last_non_interactive_at INTEGER,
  last_successful_at INTEGER,     -- the only one that proves access
  deleted_at INTEGER,             -- in the bin since
  gone_at INTEGER,                -- neither in the directory nor in the bin, noticed then
  sweep INTEGER NOT NULL,         -- the last reading of the guest list that saw it
  content_hash INTEGER NOT NULL
) STRICT;
CREATE INDEX guest_name ON guest(sort_name, id);
CREATE INDEX guest_successful ON guest(ifnull(last_successful_at, 0), id);

-- Infix search over name, mail, other mails and user principal name; rowid = guest.id.
CREATE VIRTUAL TABLE guest_tri USING fts5(
  doc, content='', contentless_delete=1, tokenize="trigram remove_diacritics 1"
);

-- Two of the index's blocks to a page of 8192 bytes, which SQLCipher shortens by 80.
INSERT INTO guest_tri(guest_tri, rank) VALUES ('pgsz', 3980);

CREATE TABLE guest_raw (
  -- The user object exactly as Graph sent it.
  id INTEGER PRIMARY KEY REFERENCES guest(id),
  dict INTEGER NOT NULL,
  z BLOB NOT NULL
) STRICT;

CREATE TABLE journey (
  -- How far a guest got, derived from guest, audit and signin; may be derived again at any time.
  guest INTEGER PRIMARY KEY REFERENCES guest(id),
  stage INTEGER NOT NULL,         -- the last stage completed: 0 invited … 5 first access
  standing INTEGER NOT NULL,      -- 0 stopped, 1 open, 2 fine
  reason TEXT,                    -- key into the failure catalogue
  reason_code INTEGER,            -- AADSTS code, where the reason has one
  stopped_at INTEGER,
  waiting_since INTEGER NOT NULL, -- last invitation, else creation; 0 = not known
  invited_at INTEGER,
  last_invited_at INTEGER,        -- the deadline counts from here
  mailed_at INTEGER,
  attempted_at INTEGER,
  requirements_at INTEGER,
  redeemed_at INTEGER,
  access_at INTEGER,
  inviter INTEGER NOT NULL,       -- entity; 0 = not known
  at_least INTEGER NOT NULL,      -- 1 = rests on incomplete coverage of the logs
  evidence TEXT NOT NULL          -- JSON array of [log, seq]
) STRICT;
CREATE INDEX journey_urgency ON journey(standing, waiting_since, guest);
CREATE INDEX journey_stage ON journey(stage, guest);
CREATE INDEX journey_last_invited ON journey(ifnull(last_invited_at, 0), guest);

CREATE TABLE dirty_guest (
  -- Guests whose journey must be derived again. A higher mark is newer evidence.
  guest INTEGER PRIMARY KEY,
  mark INTEGER NOT NULL
) STRICT;
