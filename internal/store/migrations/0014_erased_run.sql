-- Runs of further kinds: their names are the program's to know.

-- only postgresql
ALTER TABLE run DROP CONSTRAINT run_kind_check;
-- end only

-- only sqlite
CREATE TABLE run_new (
  id         INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL,
  subject_id INTEGER NOT NULL,
  per_minute INTEGER NOT NULL CHECK (per_minute >= 0),
  started_at INTEGER NOT NULL
) STRICT;
CREATE TABLE run_request_new (
  run_id     INTEGER NOT NULL REFERENCES run_new (id),
  request_id INTEGER NOT NULL REFERENCES request (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  place      INTEGER NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('pending', 'done', 'skipped', 'failed')),
  attempts   INTEGER NOT NULL,
  leased_at  INTEGER NOT NULL,
  why        TEXT NOT NULL,
  PRIMARY KEY (run_id, request_id)
) STRICT;
INSERT INTO run_new SELECT id, kind, subject_id, per_minute, started_at FROM run;
INSERT INTO run_request_new SELECT run_id, request_id, account_id, place, state, attempts, leased_at, why FROM run_request;
DROP TABLE run_request;
DROP TABLE run;
ALTER TABLE run_new RENAME TO run;
ALTER TABLE run_request_new RENAME TO run_request;
CREATE INDEX run_subject ON run (kind, subject_id, id);
CREATE INDEX run_request_pending ON run_request (run_id, place) WHERE state = 'pending';
-- end only
