-- Automatic entries that a request was spared, until its digest tells of them.

-- since_at is when the first was counted since the last digest.
CREATE TABLE withheld (
  request_id {{i64}} NOT NULL REFERENCES request (id),
  kind       TEXT NOT NULL,
  n          {{i64}} NOT NULL CHECK (n > 0),
  since_at   {{i64}} NOT NULL,
  PRIMARY KEY (request_id, kind)
){{strict}};
