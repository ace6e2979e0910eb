CREATE TABLE invitation (
  -- Invitations made here. Graph never lists them again: what is not kept here is lost.
  n INTEGER PRIMARY KEY,          -- order of making
  id TEXT NOT NULL,               -- Graph's invitation id; a resend answers with the same one
  guest_oid BLOB NOT NULL,
  mail TEXT NOT NULL,
  redeem_url TEXT NOT NULL,       -- carries the ticket; protected by the file's encryption alone
  redirect_url TEXT NOT NULL,
  sent_message INTEGER NOT NULL,  -- 0 = the link was handed over, Microsoft sent no mail
  message TEXT,
  language TEXT,
  kind INTEGER NOT NULL,          -- 0 invite, 1 resend, 2 reset of the redemption status
  made_by TEXT NOT NULL,          -- user principal name or application
  made_at INTEGER NOT NULL,
  superseded_at INTEGER           -- a later invitation made this link useless
) STRICT;
CREATE INDEX invitation_guest ON invitation(guest_oid, n);

CREATE TABLE ledger (
  -- What was done from here, before it was sent and after. Append only, each entry carries the hash of the one before.
  n INTEGER PRIMARY KEY,
  step TEXT NOT NULL,             -- one change to one guest; an entry opens it, another closes it
  plan TEXT,                      -- the plan the step belongs to
  entry INTEGER NOT NULL,         -- 0 opened, 1 closed, 2 confirmed by Entra's own audit row
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  verb TEXT NOT NULL,
  guest_oid BLOB,
  outcome TEXT,                   -- closed: done, failed, unknown, skipped
  detail TEXT NOT NULL,           -- JSON; never a ticket or a token
  previous BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX ledger_step ON ledger(step);
CREATE INDEX ledger_guest ON ledger(guest_oid, n) WHERE guest_oid IS NOT NULL;
CREATE TRIGGER ledger_never_changes BEFORE UPDATE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append only'); END;
CREATE TRIGGER ledger_never_shrinks BEFORE DELETE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append only'); END;
