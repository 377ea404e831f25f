-- Letters: effects about something that is no request. about is the kind of
-- thing, about_id its id; account_id that of the contact who is written to.

-- only postgresql
ALTER TABLE effect ALTER COLUMN request_id DROP NOT NULL;
ALTER TABLE effect ALTER COLUMN account_id DROP NOT NULL;
ALTER TABLE effect ADD COLUMN about TEXT NOT NULL DEFAULT '';
ALTER TABLE effect ADD COLUMN about_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE effect ADD CHECK ((request_id IS NULL) = (about <> ''));
ALTER TABLE sent ALTER COLUMN request_id DROP NOT NULL;
ALTER TABLE sent ALTER COLUMN account_id DROP NOT NULL;
-- end only

-- only sqlite
CREATE TABLE effect_new (
  key            TEXT PRIMARY KEY,
  request_id     INTEGER REFERENCES request (id),
  account_id     INTEGER REFERENCES account (id),
  kind           TEXT NOT NULL,
  template       TEXT NOT NULL,
  seq            INTEGER NOT NULL,
  last           INTEGER NOT NULL,
  recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('contact', 'staff', 'on_call', 'duty')),
  recipient_id   INTEGER NOT NULL,
  not_before_at  INTEGER NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('pending', 'done', 'dead')),
  attempts       INTEGER NOT NULL,
  lease          TEXT NOT NULL,
  next_try_at    INTEGER NOT NULL,
  done_at        INTEGER,
  last_error     TEXT NOT NULL,
  about          TEXT NOT NULL DEFAULT '',
  about_id       INTEGER NOT NULL DEFAULT 0,
  CHECK ((request_id IS NULL) = (about <> ''))
) STRICT;
INSERT INTO effect_new SELECT key, request_id, account_id, kind, template, seq, last, recipient_kind, recipient_id, not_before_at,
  state, attempts, lease, next_try_at, done_at, last_error, '', 0 FROM effect;
DROP TABLE effect;
ALTER TABLE effect_new RENAME TO effect;
CREATE INDEX effect_ready ON effect (not_before_at, next_try_at, key) WHERE state = 'pending';
CREATE INDEX effect_done ON effect (done_at) WHERE state = 'done';
CREATE INDEX effect_dead ON effect (key) WHERE state = 'dead';
CREATE INDEX effect_request ON effect (request_id);

CREATE TABLE sent_new (
  key        TEXT PRIMARY KEY,
  request_id INTEGER,
  account_id INTEGER,
  sha256     TEXT NOT NULL,
  bytes      BLOB NOT NULL,
  at         INTEGER NOT NULL
) STRICT;
INSERT INTO sent_new SELECT key, request_id, account_id, sha256, bytes, at FROM sent;
DROP TABLE sent;
ALTER TABLE sent_new RENAME TO sent;
CREATE INDEX sent_request ON sent (request_id);
-- end only
