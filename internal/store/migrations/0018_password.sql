-- Passwords of people in browsers, and how often somebody has tried.

-- hash says with which parameters it was made. set_at is of the real clock.
CREATE TABLE password (
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   {{i64}} NOT NULL,
  hash       TEXT NOT NULL,
  set_at     {{i64}} NOT NULL,
  PRIMARY KEY (actor_kind, actor_id)
){{strict}};

-- What is tried is counted under a digest of who tries it on whom. recent counts
-- by slots of the real clock; the row means nothing after ends_at. Whoever counts
-- moves the version first and so has the row for himself.
CREATE TABLE throttle (
  name    TEXT PRIMARY KEY,
  recent  TEXT NOT NULL,
  ends_at {{i64}} NOT NULL,
  version {{i64}} NOT NULL
){{strict}};
CREATE INDEX throttle_ends ON throttle (ends_at);
