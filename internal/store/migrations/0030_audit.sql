-- What happened to other nouns than requests, read by when, and when a token was
-- used last.

CREATE INDEX event_audit ON event (at, subject, subject_id, seq) WHERE subject <> 'request';

-- used_at is of the real clock, and an hour late at most; NULL: never.
ALTER TABLE token ADD COLUMN used_at {{i64}};
