-- One text for both engines. Instants are microseconds since 1970 UTC, column
-- suffix _at; NULL is "never" or "not yet". Ids are 64-bit. Customer-owned rows
-- name their account.

CREATE TABLE brand (
  id           {{id}},
  portal_host  TEXT NOT NULL,
  sender       TEXT NOT NULL,
  pack_id      TEXT NOT NULL,
  pack_version {{i64}} NOT NULL
){{strict}};
INSERT INTO brand (id, portal_host, sender, pack_id, pack_version) VALUES (1, '', '', '', 0);

CREATE TABLE pack (
  id      TEXT NOT NULL,
  version {{i64}} NOT NULL CHECK (version > 0),
  hash    TEXT NOT NULL,
  source  {{bytes}} NOT NULL,
  PRIMARY KEY (id, version)
){{strict}};

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  next {{i64}} NOT NULL
){{strict}};
INSERT INTO counter (name, next) VALUES ('request', 10000000);

-- The append-only log of all nouns, and the last link of each chain.
CREATE TABLE event (
  subject     TEXT NOT NULL,
  subject_id  {{i64}} NOT NULL,
  seq         {{i64}} NOT NULL CHECK (seq > 0),
  pos         {{i64}} UNIQUE,
  account_id  {{i64}},
  kind        TEXT NOT NULL,
  at          {{i64}} NOT NULL,
  happened_at {{i64}},
  actor_kind  TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff', 'system')),
  actor_id    {{i64}} NOT NULL,
  data        TEXT NOT NULL,
  prev        {{bytes}} NOT NULL,
  hash        {{bytes}} NOT NULL,
  PRIMARY KEY (subject, subject_id, seq)
){{strict}};

CREATE TABLE head (
  subject    TEXT NOT NULL,
  subject_id {{i64}} NOT NULL,
  seq        {{i64}} NOT NULL,
  hash       {{bytes}} NOT NULL,
  PRIMARY KEY (subject, subject_id)
){{strict}};

CREATE TABLE account (
  id         {{id}},
  name       TEXT NOT NULL,
  country    TEXT NOT NULL,
  restricted {{bool}} NOT NULL CHECK (restricted IN (TRUE, FALSE))
){{strict}};

CREATE TABLE contact (
  id                {{id}},
  account_id        {{i64}} NOT NULL REFERENCES account (id),
  number            TEXT NOT NULL UNIQUE CHECK (length(number) = 10),
  family_name       TEXT NOT NULL,
  given_name        TEXT NOT NULL,
  email             TEXT NOT NULL,
  email_folded      TEXT NOT NULL,
  phone             TEXT NOT NULL,
  language          TEXT NOT NULL,
  zone              TEXT NOT NULL,
  preferred_channel TEXT NOT NULL CHECK (preferred_channel IN ('', 'portal', 'phone', 'mail', 'api')),
  active            {{bool}} NOT NULL CHECK (active IN (TRUE, FALSE)),
  survey_sent_at    {{i64}}
){{strict}};
CREATE UNIQUE INDEX contact_email ON contact (email_folded) WHERE active AND email_folded <> '';
CREATE INDEX contact_account ON contact (account_id);

CREATE TABLE staff (
  id           {{id}},
  family_name  TEXT NOT NULL,
  given_name   TEXT NOT NULL,
  email        TEXT NOT NULL,
  email_folded TEXT NOT NULL,
  language     TEXT NOT NULL,
  languages    TEXT NOT NULL,
  skills       TEXT NOT NULL,
  roles        TEXT NOT NULL,
  site         TEXT NOT NULL,
  zone         TEXT NOT NULL,
  duty         TEXT NOT NULL CHECK (duty IN ('', 'on_call', 'duty')),
  active       {{bool}} NOT NULL CHECK (active IN (TRUE, FALSE))
){{strict}};
CREATE UNIQUE INDEX staff_email ON staff (email_folded) WHERE active AND email_folded <> '';

CREATE TABLE product (
  id       {{id}},
  brand_id {{i64}} NOT NULL REFERENCES brand (id),
  key      TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  versions TEXT NOT NULL
){{strict}};

CREATE TABLE contract (
  id             {{id}},
  account_id     {{i64}} NOT NULL REFERENCES account (id),
  number         TEXT NOT NULL UNIQUE,
  offering       TEXT NOT NULL,
  products       TEXT NOT NULL,
  regions        TEXT NOT NULL,
  starts_at      {{i64}} NOT NULL,
  ends_at        {{i64}} NOT NULL CHECK (ends_at > starts_at),
  state          TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'cancelled')),
  support_admins {{i64}} NOT NULL CHECK (support_admins >= 0)
){{strict}};
CREATE INDEX contract_account ON contract (account_id);

CREATE TABLE role_grant (
  contract_id {{i64}} NOT NULL REFERENCES contract (id),
  contact_id  {{i64}} NOT NULL REFERENCES contact (id),
  role        TEXT NOT NULL CHECK (role IN ('role_licence_primary', 'role_licence_secondary', 'role_support_admin')),
  account_id  {{i64}} NOT NULL REFERENCES account (id),
  PRIMARY KEY (contract_id, contact_id, role)
){{strict}};
CREATE UNIQUE INDEX role_grant_primary ON role_grant (contract_id) WHERE role = 'role_licence_primary';
CREATE INDEX role_grant_contact ON role_grant (contact_id, contract_id);

CREATE TABLE registration (
  id          {{id}},
  contact_id  {{i64}} NOT NULL REFERENCES contact (id),
  account_id  {{i64}} NOT NULL REFERENCES account (id),
  product     TEXT NOT NULL REFERENCES product (key),
  contract_id {{i64}} REFERENCES contract (id),
  at          {{i64}} NOT NULL,
  until_at    {{i64}}
){{strict}};
CREATE INDEX registration_contact ON registration (contact_id);

CREATE TABLE incident_pack (
  id          {{id}},
  account_id  {{i64}} NOT NULL REFERENCES account (id),
  contract_id {{i64}} NOT NULL REFERENCES contract (id),
  bought      {{i64}} NOT NULL CHECK (bought > 0),
  reserved    {{i64}} NOT NULL CHECK (reserved >= 0),
  spent       {{i64}} NOT NULL CHECK (spent >= 0),
  expires_at  {{i64}},
  CHECK (reserved + spent <= bought)
){{strict}};
CREATE INDEX incident_pack_contract ON incident_pack (contract_id);

CREATE TABLE incident (
  request_id {{i64}} PRIMARY KEY,
  pack_id    {{i64}} NOT NULL REFERENCES incident_pack (id),
  account_id {{i64}} NOT NULL REFERENCES account (id),
  state      TEXT NOT NULL CHECK (state IN ('reserved', 'spent', 'returned'))
){{strict}};
CREATE INDEX incident_of_pack ON incident (pack_id);

-- superseded_by and superseded_seq name the fact that replaced the key.
CREATE TABLE licence (
  id             {{id}},
  account_id     {{i64}} NOT NULL REFERENCES account (id),
  contract_id    {{i64}} NOT NULL REFERENCES contract (id),
  key            TEXT NOT NULL UNIQUE,
  product        TEXT NOT NULL,
  version        TEXT NOT NULL,
  units          {{i64}} NOT NULL CHECK (units > 0),
  parent_id      {{i64}} REFERENCES licence (id),
  superseded_by  {{i64}},
  superseded_seq {{i64}}
){{strict}};
CREATE INDEX licence_contract ON licence (contract_id);
CREATE INDEX licence_parent ON licence (parent_id);

CREATE TABLE licence_opened (
  licence_id {{i64}} NOT NULL REFERENCES licence (id),
  contact_id {{i64}} NOT NULL REFERENCES contact (id),
  account_id {{i64}} NOT NULL REFERENCES account (id),
  PRIMARY KEY (licence_id, contact_id)
){{strict}};
CREATE INDEX licence_opened_contact ON licence_opened (contact_id);

-- The index of requests, derived from their facts. next_due_at is the largest
-- integer where no target is open, so that keysets need no NULL. wake_at is
-- due_at, or later when the timer was pushed out; leased_at is when a lease on
-- the real clock ends.
CREATE TABLE request (
  id               {{i64}} PRIMARY KEY CHECK (id >= 10000000),
  brand_id         {{i64}} NOT NULL REFERENCES brand (id),
  account_id       {{i64}} NOT NULL REFERENCES account (id),
  seq              {{i64}} NOT NULL CHECK (seq > 0),
  kind             TEXT NOT NULL CHECK (kind IN ('sr', 'cs_request')),
  stage            TEXT NOT NULL CHECK (stage IN ('opened', 'worked_on', 'completed')),
  contact_id       {{i64}} NOT NULL REFERENCES contact (id),
  contract_id      {{i64}} REFERENCES contract (id),
  product          TEXT NOT NULL,
  version          TEXT NOT NULL,
  offering         TEXT NOT NULL,
  region           TEXT NOT NULL,
  language         TEXT NOT NULL,
  severity         {{i64}} NOT NULL CHECK (severity >= 0),
  turn             TEXT NOT NULL CHECK (turn IN ('support', 'customer', 'third_party', 'nobody')),
  queue            TEXT NOT NULL,
  priority         {{i64}} NOT NULL,
  queued_since_at  {{i64}},
  owner_id         {{i64}} REFERENCES staff (id),
  title_id         {{i64}},
  title_sha256     TEXT NOT NULL,
  reference_id     {{i64}},
  reference_sha256 TEXT NOT NULL,
  environment      TEXT NOT NULL,
  component        TEXT NOT NULL,
  tags             TEXT NOT NULL,
  filed_at         {{i64}} NOT NULL,
  changed_at       {{i64}} NOT NULL,
  completed_at     {{i64}},
  reason           TEXT NOT NULL,
  escalated        {{bool}} NOT NULL CHECK (escalated IN (TRUE, FALSE)),
  next_metric      TEXT NOT NULL,
  next_due_at      {{i64}} NOT NULL,
  next_missed      {{bool}} NOT NULL CHECK (next_missed IN (TRUE, FALSE)),
  due_at           {{i64}},
  wake_at          {{i64}},
  leased_at        {{i64}} NOT NULL,
  pushed           {{i64}} NOT NULL,
  pushed_why       TEXT NOT NULL
){{strict}};
CREATE INDEX request_due ON request (next_due_at, id) WHERE stage <> 'completed';
CREATE INDEX request_owner ON request (owner_id, next_due_at, id) WHERE stage <> 'completed';
CREATE INDEX request_queue ON request (queue, next_due_at, id) WHERE stage <> 'completed';
CREATE INDEX request_severity ON request (severity, next_due_at, id) WHERE stage <> 'completed';
CREATE INDEX request_changed ON request (changed_at, id);
CREATE INDEX request_account ON request (account_id, changed_at, id);
CREATE INDEX request_contract ON request (contract_id, changed_at, id);
CREATE INDEX request_contact ON request (contact_id, changed_at, id);
CREATE INDEX request_wake ON request (wake_at, id) WHERE wake_at IS NOT NULL;

CREATE TABLE request_tag (
  tag        TEXT NOT NULL,
  request_id {{i64}} NOT NULL REFERENCES request (id),
  account_id {{i64}} NOT NULL REFERENCES account (id),
  PRIMARY KEY (tag, request_id)
){{strict}};
CREATE INDEX request_tag_request ON request_tag (request_id);

CREATE TABLE watcher (
  request_id {{i64}} NOT NULL REFERENCES request (id),
  contact_id {{i64}} NOT NULL REFERENCES contact (id),
  account_id {{i64}} NOT NULL REFERENCES account (id),
  PRIMARY KEY (request_id, contact_id)
){{strict}};
CREATE INDEX watcher_contact ON watcher (contact_id, request_id);

-- salt and text are NULL once the text has been erased. request_id is 0 for
-- texts that belong to no request.
CREATE TABLE content (
  id         {{id}},
  account_id {{i64}} NOT NULL,
  request_id {{i64}} NOT NULL,
  salt       {{bytes}},
  text       TEXT,
  CHECK ((salt IS NULL) = (text IS NULL))
){{strict}};
CREATE INDEX content_request ON content (request_id);

-- next_try_at and done_at are of the real clock, not_before_at of the desk's.
-- A claimed effect has a lease, and next_try_at is when the lease ends.
CREATE TABLE effect (
  key            TEXT PRIMARY KEY,
  request_id     {{i64}} NOT NULL REFERENCES request (id),
  account_id     {{i64}} NOT NULL REFERENCES account (id),
  kind           TEXT NOT NULL,
  template       TEXT NOT NULL,
  seq            {{i64}} NOT NULL,
  last           {{i64}} NOT NULL,
  recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('contact', 'staff', 'on_call', 'duty')),
  recipient_id   {{i64}} NOT NULL,
  not_before_at  {{i64}} NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('pending', 'done', 'dead')),
  attempts       {{i64}} NOT NULL,
  lease          TEXT NOT NULL,
  next_try_at    {{i64}} NOT NULL,
  done_at        {{i64}},
  last_error     TEXT NOT NULL
){{strict}};
CREATE INDEX effect_ready ON effect (not_before_at, next_try_at, key) WHERE state = 'pending';
CREATE INDEX effect_done ON effect (done_at) WHERE state = 'done';
CREATE INDEX effect_dead ON effect (key) WHERE state = 'dead';
CREATE INDEX effect_request ON effect (request_id);

-- What left under an effect's key, compressed; kept after the effect's row.
CREATE TABLE sent (
  key        TEXT PRIMARY KEY,
  request_id {{i64}} NOT NULL,
  account_id {{i64}} NOT NULL,
  sha256     TEXT NOT NULL,
  bytes      {{bytes}} NOT NULL,
  at         {{i64}} NOT NULL
){{strict}};
CREATE INDEX sent_request ON sent (request_id);

CREATE TABLE token (
  id         {{id}},
  name       TEXT NOT NULL,
  sha256     TEXT NOT NULL UNIQUE,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff', 'system')),
  actor_id   {{i64}} NOT NULL,
  scopes     TEXT NOT NULL,
  created_at {{i64}} NOT NULL,
  expires_at {{i64}},
  revoked_at {{i64}}
){{strict}};
