-- Who of the staff sees what is restricted: named people, and those who broke
-- the glass, before until_at on the desk's clock.

ALTER TABLE request ADD COLUMN restricted {{bool}} NOT NULL DEFAULT FALSE CHECK (restricted IN (TRUE, FALSE));

CREATE TABLE account_staff (
  account_id {{i64}} NOT NULL REFERENCES account (id),
  staff_id   {{i64}} NOT NULL REFERENCES staff (id),
  PRIMARY KEY (account_id, staff_id)
){{strict}};

CREATE TABLE request_staff (
  request_id {{i64}} NOT NULL REFERENCES request (id),
  staff_id   {{i64}} NOT NULL REFERENCES staff (id),
  account_id {{i64}} NOT NULL REFERENCES account (id),
  PRIMARY KEY (request_id, staff_id)
){{strict}};

CREATE TABLE glass (
  request_id    {{i64}} NOT NULL REFERENCES request (id),
  staff_id      {{i64}} NOT NULL REFERENCES staff (id),
  seq           {{i64}} NOT NULL,
  account_id    {{i64}} NOT NULL REFERENCES account (id),
  at            {{i64}} NOT NULL,
  until_at      {{i64}} NOT NULL,
  reason_id     {{i64}} NOT NULL,
  reason_sha256 TEXT NOT NULL,
  PRIMARY KEY (request_id, staff_id, seq)
){{strict}};
CREATE INDEX glass_at ON glass (at, request_id);

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

-- Special handling notes on an account, a contract or a product. until_at is
-- exclusive; account_id is that of the contract too.

CREATE TABLE handling (
  id          {{id}},
  account_id  {{i64}} REFERENCES account (id),
  contract_id {{i64}} REFERENCES contract (id),
  product     TEXT REFERENCES product (key),
  text_id     {{i64}} NOT NULL,
  text_sha256 TEXT NOT NULL,
  added_by    {{i64}} NOT NULL,
  from_at     {{i64}} NOT NULL,
  until_at    {{i64}} NOT NULL CHECK (until_at > from_at),
  ended_at    {{i64}},
  CHECK ((account_id IS NULL) <> (product IS NULL))
){{strict}};
CREATE INDEX handling_account ON handling (account_id);
CREATE INDEX handling_product ON handling (product);
