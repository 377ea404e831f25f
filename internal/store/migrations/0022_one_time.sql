-- Links that let somebody do one thing once: they go by mail, and the first one
-- of a desk is shown to whoever starts it.

-- The secret of the link follows from nonce and the desk's key, which is not in
-- the database; the hash finds the row. Instants are of the real clock. A row goes
-- when it is used.
CREATE TABLE one_time (
  id         {{id}},
  kind       TEXT NOT NULL CHECK (kind IN ('invite', 'reset', 'device', 'setup')),
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff', 'system')),
  actor_id   {{i64}} NOT NULL,
  nonce      TEXT NOT NULL,
  sha256     TEXT NOT NULL UNIQUE,
  made_at    {{i64}} NOT NULL,
  ends_at    {{i64}} NOT NULL
){{strict}};
CREATE INDEX one_time_actor ON one_time (actor_kind, actor_id);
CREATE INDEX one_time_ends ON one_time (ends_at);
