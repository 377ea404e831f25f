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
