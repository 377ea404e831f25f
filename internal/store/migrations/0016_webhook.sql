-- Webhooks: who is told of the feed by HTTP.

-- pos is the last event that was delivered or passed over. The instants that are
-- not made_at are of the real clock; secret signs, and previous beside it until
-- its end. Whoever delivers has the lease. sent counts the attempts ever made;
-- a change of version tells all nodes to look again.
CREATE TABLE webhook (
  id             {{id}},
  name           TEXT NOT NULL,
  url            TEXT NOT NULL,
  kinds          TEXT NOT NULL,
  secret         TEXT NOT NULL,
  previous       TEXT NOT NULL,
  previous_until {{i64}},
  state          TEXT NOT NULL CHECK (state IN ('enabled', 'disabled')),
  why            TEXT NOT NULL CHECK (why IN ('', 'admin', 'failing', 'gone')),
  since_at       {{i64}} NOT NULL,
  pos            {{i64}} NOT NULL,
  attempts       {{i64}} NOT NULL,
  failing_since  {{i64}},
  next_try_at    {{i64}} NOT NULL,
  lease          TEXT NOT NULL,
  leased_until   {{i64}} NOT NULL,
  sent           {{i64}} NOT NULL,
  version        {{i64}} NOT NULL,
  staff_id       {{i64}} NOT NULL,
  made_at        {{i64}} NOT NULL,
  CHECK ((state = 'enabled') = (why = '')),
  CHECK ((previous = '') = (previous_until IS NULL))
){{strict}};

-- The last attempts of each webhook: number n stands in the slot n % 100.
CREATE TABLE webhook_delivery (
  webhook_id {{i64}} NOT NULL REFERENCES webhook (id),
  slot       {{i64}} NOT NULL,
  n          {{i64}} NOT NULL,
  message    TEXT NOT NULL,
  kind       TEXT NOT NULL,
  attempt    {{i64}} NOT NULL,
  at         {{i64}} NOT NULL,
  ms         {{i64}} NOT NULL,
  status     {{i64}} NOT NULL,
  why        TEXT NOT NULL,
  PRIMARY KEY (webhook_id, slot)
){{strict}};
