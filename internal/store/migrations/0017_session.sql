-- Sessions: people who are signed in with a browser.

-- Only the hash of the secret is kept. All instants are of the real clock. seen_at
-- moves in steps of a minute, so that looking is not writing. proof is how the
-- person was known, agent the program that they said they use.
CREATE TABLE session (
  id         {{id}},
  sha256     TEXT NOT NULL UNIQUE,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   {{i64}} NOT NULL,
  proof      TEXT NOT NULL,
  agent      TEXT NOT NULL,
  address    TEXT NOT NULL,
  made_at    {{i64}} NOT NULL,
  seen_at    {{i64}} NOT NULL,
  ends_at    {{i64}} NOT NULL
){{strict}};
CREATE INDEX session_actor ON session (actor_kind, actor_id);
CREATE INDEX session_ends ON session (ends_at);
