-- Files of requests. Their bytes lie in the folder of files, each under a key of
-- its own that is never used again.

-- A row is written when an upload begins, so that it counts before its bytes have
-- come. Until an entry names it, it waits for whoever sent it and holds its name;
-- then the name and the sum are texts of the entry's fact, and sum_id is that of
-- the sum: erasing it takes the row away. open: customers see it. at is of the
-- real clock. A thumbnail is made when it is first asked for; none: there is
-- nothing to make one of.
CREATE TABLE attachment (
  id         {{id}},
  account_id {{i64}} NOT NULL REFERENCES account (id),
  request_id {{i64}} NOT NULL REFERENCES request (id),
  by_kind    TEXT NOT NULL CHECK (by_kind IN ('customer', 'staff', 'system')),
  by_id      {{i64}} NOT NULL,
  at         {{i64}} NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('arriving', 'waiting', 'attached')),
  name       TEXT,
  size       {{i64}} NOT NULL,
  media      TEXT NOT NULL,
  file_key   TEXT,
  sum_id     {{i64}},
  open       {{bool}} NOT NULL,
  thumb      TEXT NOT NULL CHECK (thumb IN ('', 'made', 'none')),
  thumb_key  TEXT,
  thumb_size {{i64}},
  CHECK ((state = 'attached') = (name IS NULL)),
  CHECK ((state = 'attached') = (sum_id IS NOT NULL)),
  CHECK ((state = 'arriving') = (file_key IS NULL)),
  CHECK ((thumb = 'made') = (thumb_key IS NOT NULL)),
  CHECK ((thumb = 'made') = (thumb_size IS NOT NULL))
){{strict}};
CREATE INDEX attachment_request ON attachment (request_id, size);
CREATE INDEX attachment_account ON attachment (account_id, size);
CREATE INDEX attachment_by ON attachment (by_kind, by_id, at, size);
CREATE INDEX attachment_waiting ON attachment (at) WHERE state <> 'attached';

-- Keys whose bytes are to be removed: written in the transaction by which nobody
-- names them any more.
CREATE TABLE attachment_gone (
  file_key TEXT PRIMARY KEY
){{strict}};
