-- Addresses to which no mail leaves: in small letters, with why and since when. at is
-- of the desk's clock, status a code of RFC 3463 or ''.
CREATE TABLE suppressed (
  id      {{id}},
  email   TEXT NOT NULL UNIQUE,
  why     TEXT NOT NULL CHECK (why IN ('bounced', 'complained', 'by_hand')),
  status  TEXT NOT NULL,
  at      {{i64}} NOT NULL,
  by_kind TEXT NOT NULL,
  by_id   {{i64}} NOT NULL
){{strict}};
