-- Mailboxes elsewhere from which mails are fetched.

-- name stands beside each mail that came from there and does not change. password is
-- sealed. folder is where mails are fetched from, done where they are moved to when
-- they are ours; server is the one in front, whose findings about a sender are
-- believed, '' for none. The instants but made_at are of the real clock; whoever
-- fetches has the lease. failure is why the last attempt failed, taken counts the
-- mails that were fetched, and kept those that lie there and are not taken.
CREATE TABLE mailbox (
  id           {{id}},
  name         TEXT NOT NULL UNIQUE CHECK (name NOT IN ('', 'smtp', 'lmtp')),
  kind         TEXT NOT NULL CHECK (kind IN ('imap')),
  address      TEXT NOT NULL,
  host         TEXT NOT NULL,
  encryption   TEXT NOT NULL CHECK (encryption IN ('tls', 'starttls', 'none')),
  username     TEXT NOT NULL,
  password     TEXT NOT NULL,
  folder       TEXT NOT NULL,
  done         TEXT NOT NULL,
  server       TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('enabled', 'disabled')),
  attempts     {{i64}} NOT NULL,
  next_try_at  {{i64}} NOT NULL,
  failure      TEXT NOT NULL,
  failed_at    {{i64}},
  succeeded_at {{i64}},
  taken        {{i64}} NOT NULL,
  kept         {{i64}} NOT NULL,
  lease        TEXT NOT NULL,
  leased_until {{i64}} NOT NULL,
  version      {{i64}} NOT NULL,
  staff_id     {{i64}} NOT NULL,
  made_at      {{i64}} NOT NULL,
  CHECK (folder <> done),
  CHECK ((attempts = 0) = (failure = ''))
){{strict}};
