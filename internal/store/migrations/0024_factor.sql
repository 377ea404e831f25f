-- Second factors of people in browsers, and how far they have come with proving
-- themselves. All instants are of the real clock.

-- secret is encrypted with the desk's key. last_step is that of the last code that
-- was taken: each is taken once.
CREATE TABLE totp (
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   {{i64}} NOT NULL,
  secret     {{bytes}} NOT NULL,
  last_step  {{i64}} NOT NULL,
  made_at    {{i64}} NOT NULL,
  PRIMARY KEY (actor_kind, actor_id)
){{strict}};

-- A digest of each code that is left.
CREATE TABLE recovery_code (
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   {{i64}} NOT NULL,
  digest     TEXT NOT NULL,
  PRIMARY KEY (actor_kind, actor_id, digest)
){{strict}};

-- Public keys. credential is its id as browsers write it, record what the library
-- has to know. suspect: its counter once went back, as that of a copy does.
CREATE TABLE passkey (
  id         {{id}},
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   {{i64}} NOT NULL,
  credential TEXT NOT NULL UNIQUE,
  record     TEXT NOT NULL,
  name       TEXT NOT NULL,
  made_at    {{i64}} NOT NULL,
  used_at    {{i64}},
  suspect    {{bool}} NOT NULL
){{strict}};
CREATE INDEX passkey_actor ON passkey (actor_kind, actor_id);

-- A step of signing in, found by the hash of a secret that the browser holds.
CREATE TABLE sign_in_step (
  sha256     TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id   {{i64}} NOT NULL,
  held       {{bytes}} NOT NULL,
  ends_at    {{i64}} NOT NULL
){{strict}};
CREATE INDEX sign_in_step_ends ON sign_in_step (ends_at);
