-- Alerts for those who subscribed. An effect can mean a subscriber now.

-- only postgresql
ALTER TABLE effect DROP CONSTRAINT effect_recipient_kind_check;
ALTER TABLE effect ADD CHECK (recipient_kind IN ('contact', 'staff', 'on_call', 'duty', 'subscriber'));
-- end only

-- only sqlite
CREATE TABLE effect_new (
  key            TEXT PRIMARY KEY,
  request_id     INTEGER REFERENCES request (id),
  account_id     INTEGER REFERENCES account (id),
  kind           TEXT NOT NULL,
  template       TEXT NOT NULL,
  seq            INTEGER NOT NULL,
  last           INTEGER NOT NULL,
  recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('contact', 'staff', 'on_call', 'duty', 'subscriber')),
  recipient_id   INTEGER NOT NULL,
  not_before_at  INTEGER NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('pending', 'done', 'dead')),
  attempts       INTEGER NOT NULL,
  lease          TEXT NOT NULL,
  next_try_at    INTEGER NOT NULL,
  done_at        INTEGER,
  last_error     TEXT NOT NULL,
  about          TEXT NOT NULL DEFAULT '',
  about_id       INTEGER NOT NULL DEFAULT 0,
  CHECK ((request_id IS NULL) = (about <> ''))
) STRICT;
INSERT INTO effect_new SELECT key, request_id, account_id, kind, template, seq, last, recipient_kind, recipient_id, not_before_at,
  state, attempts, lease, next_try_at, done_at, last_error, about, about_id FROM effect;
DROP TABLE effect;
ALTER TABLE effect_new RENAME TO effect;
CREATE INDEX effect_ready ON effect (not_before_at, next_try_at, key) WHERE state = 'pending';
CREATE INDEX effect_done ON effect (done_at) WHERE state = 'done';
CREATE INDEX effect_dead ON effect (key) WHERE state = 'dead';
CREATE INDEX effect_request ON effect (request_id);
-- end only

-- Of a contact, or of an address without an account, which is forgotten a day
-- after the subscription ends. Tokens are kept as they are: they stand in mails
-- that are made long after, and do nothing but confirm or end this one row.
CREATE TABLE subscription (
  id            {{id}},
  account_id    {{i64}} REFERENCES account (id),
  contact_id    {{i64}} REFERENCES contact (id),
  email         TEXT,
  language      TEXT NOT NULL,
  product       TEXT NOT NULL REFERENCES product (key),
  kind          TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('pending', 'active', 'ended')),
  asked_at      {{i64}} NOT NULL,
  mail_at       {{i64}} NOT NULL,
  confirm_token TEXT NOT NULL,
  leave_token   TEXT NOT NULL UNIQUE,
  confirmed_at  {{i64}},
  ended_at      {{i64}},
  CHECK (contact_id IS NULL OR email IS NULL),
  CHECK ((state = 'ended') = (ended_at IS NOT NULL))
){{strict}};
CREATE UNIQUE INDEX subscription_contact ON subscription (contact_id, product, kind) WHERE contact_id IS NOT NULL;
CREATE UNIQUE INDEX subscription_email ON subscription (email, product, kind) WHERE email IS NOT NULL;
CREATE INDEX subscription_kind ON subscription (product, kind, id) WHERE state = 'active';
CREATE INDEX subscription_confirm ON subscription (confirm_token) WHERE state = 'pending';
CREATE INDEX subscription_asked ON subscription (asked_at);

-- texts are the alert in each language: ids of content rows.
CREATE TABLE alert (
  id       {{id}},
  product  TEXT NOT NULL REFERENCES product (key),
  kind     TEXT NOT NULL,
  texts    TEXT NOT NULL,
  link     TEXT NOT NULL,
  staff_id {{i64}} NOT NULL,
  made_at  {{i64}} NOT NULL,
  sent_at  {{i64}},
  total    {{i64}} NOT NULL
){{strict}};
