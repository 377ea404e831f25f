-- Files that come with a request that is being written: of no request until it is
-- filed.

-- only postgresql
ALTER TABLE attachment ALTER COLUMN request_id DROP NOT NULL;
-- end only

-- only sqlite
CREATE TABLE attachment_new (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  request_id INTEGER REFERENCES request (id),
  by_kind    TEXT NOT NULL CHECK (by_kind IN ('customer', 'staff', 'system')),
  by_id      INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('arriving', 'waiting', 'attached')),
  name       TEXT,
  size       INTEGER NOT NULL,
  media      TEXT NOT NULL,
  file_key   TEXT,
  sum_id     INTEGER,
  open       INTEGER NOT NULL,
  thumb      TEXT NOT NULL CHECK (thumb IN ('', 'made', 'none')),
  thumb_key  TEXT,
  thumb_size INTEGER,
  CHECK ((state = 'attached') = (name IS NULL)),
  CHECK ((state = 'attached') = (sum_id IS NOT NULL)),
  CHECK ((state = 'arriving') = (file_key IS NULL)),
  CHECK ((thumb = 'made') = (thumb_key IS NOT NULL)),
  CHECK ((thumb = 'made') = (thumb_size IS NOT NULL))
) STRICT;
INSERT INTO attachment_new SELECT id, account_id, request_id, by_kind, by_id, at, state, name, size, media, file_key, sum_id, open, thumb, thumb_key, thumb_size
FROM attachment;
DROP TABLE attachment;
ALTER TABLE attachment_new RENAME TO attachment;
CREATE INDEX attachment_request ON attachment (request_id, size);
CREATE INDEX attachment_account ON attachment (account_id, size);
CREATE INDEX attachment_by ON attachment (by_kind, by_id, at, size);
CREATE INDEX attachment_waiting ON attachment (at) WHERE state <> 'attached';
-- end only

