-- Entitlements that a duty manager granted beside contracts (A21). ends_at is
-- exclusive.

CREATE TABLE exception (
  id            {{id}},
  account_id    {{i64}} NOT NULL REFERENCES account (id),
  contact_id    {{i64}} REFERENCES contact (id),
  product       TEXT NOT NULL REFERENCES product (key),
  offering      TEXT NOT NULL,
  most_severe   {{i64}} NOT NULL CHECK (most_severe > 0),
  least_severe  {{i64}} NOT NULL CHECK (least_severe >= most_severe),
  reason_id     {{i64}} NOT NULL,
  reason_sha256 TEXT NOT NULL,
  granted_by    {{i64}} NOT NULL REFERENCES staff (id),
  at            {{i64}} NOT NULL,
  ends_at       {{i64}} NOT NULL CHECK (ends_at > at),
  revoked_at    {{i64}}
){{strict}};
CREATE INDEX exception_account ON exception (account_id);
