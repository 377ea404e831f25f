-- Defects and what hangs on them: links to requests, and runs, which carry out
-- one command on each request of a set.

INSERT INTO counter (name, next) VALUES ('defect', 1001);

-- requests counts the links. Texts are content rows of no account.
CREATE TABLE defect (
  id                 {{i64}} PRIMARY KEY CHECK (id >= 1001),
  product            TEXT NOT NULL REFERENCES product (key),
  versions           TEXT NOT NULL,
  state              TEXT NOT NULL CHECK (state IN ('reported', 'confirmed', 'fixing', 'fixed', 'wont_fix', 'rejected')),
  severity           {{i64}} NOT NULL CHECK (severity > 0),
  fixed_in           TEXT NOT NULL,
  title_id           {{i64}},
  title_sha256       TEXT NOT NULL,
  public_id          {{i64}},
  public_sha256      TEXT NOT NULL,
  description_id     {{i64}},
  description_sha256 TEXT NOT NULL,
  requests           {{i64}} NOT NULL CHECK (requests >= 0),
  reported_at        {{i64}} NOT NULL,
  changed_at         {{i64}} NOT NULL,
  fixed_at           {{i64}},
  CHECK ((state = 'fixed') = (fixed_in <> ''))
){{strict}};
CREATE INDEX defect_changed ON defect (changed_at, id);
CREATE INDEX defect_product ON defect (product, changed_at, id);
CREATE INDEX defect_state ON defect (state, changed_at, id);

CREATE TABLE defect_request (
  defect_id  {{i64}} NOT NULL REFERENCES defect (id),
  request_id {{i64}} NOT NULL REFERENCES request (id),
  account_id {{i64}} NOT NULL REFERENCES account (id),
  PRIMARY KEY (defect_id, request_id)
){{strict}};
CREATE INDEX defect_request_request ON defect_request (request_id, defect_id);

-- subject_id is a defect, a broadcast or a beta programme, as the kind says.
-- per_minute is how many mails leave in a minute; 0: all at once.
CREATE TABLE run (
  id         {{id}},
  kind       TEXT NOT NULL CHECK (kind IN ('defect_told', 'broadcast', 'beta_ended')),
  subject_id {{i64}} NOT NULL,
  per_minute {{i64}} NOT NULL CHECK (per_minute >= 0),
  started_at {{i64}} NOT NULL
){{strict}};
CREATE INDEX run_subject ON run (kind, subject_id, id);

-- place is the request's in the run, from 0. leased_at is of the real clock.
CREATE TABLE run_request (
  run_id     {{i64}} NOT NULL REFERENCES run (id),
  request_id {{i64}} NOT NULL REFERENCES request (id),
  account_id {{i64}} NOT NULL REFERENCES account (id),
  place      {{i64}} NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('pending', 'done', 'skipped', 'failed')),
  attempts   {{i64}} NOT NULL,
  leased_at  {{i64}} NOT NULL,
  why        TEXT NOT NULL,
  PRIMARY KEY (run_id, request_id)
){{strict}};
CREATE INDEX run_request_pending ON run_request (run_id, place) WHERE state = 'pending';

-- One message to the customers of many requests: those of a defect, or those of
-- a product (and version). texts is a list of {language, text}, the text by id.
CREATE TABLE broadcast (
  id        {{id}},
  defect_id {{i64}} REFERENCES defect (id),
  product   TEXT NOT NULL,
  version   TEXT NOT NULL,
  open_only {{bool}} NOT NULL CHECK (open_only IN (TRUE, FALSE)),
  texts     TEXT NOT NULL,
  staff_id  {{i64}} NOT NULL,
  made_at   {{i64}} NOT NULL,
  sent_at   {{i64}},
  CHECK ((defect_id IS NULL) <> (product = ''))
){{strict}};

-- The index of asks of engineering, derived from the facts of requests.
CREATE TABLE engineering_ask (
  request_id  {{i64}} NOT NULL REFERENCES request (id),
  n           {{i64}} NOT NULL CHECK (n > 0),
  account_id  {{i64}} NOT NULL REFERENCES account (id),
  kind        TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('open', 'answered', 'cancelled')),
  text_id     {{i64}},
  text_sha256 TEXT NOT NULL,
  asked_by_id {{i64}},
  staff_id    {{i64}} REFERENCES staff (id),
  asked_at    {{i64}} NOT NULL,
  changed_at  {{i64}} NOT NULL,
  due_at      {{i64}},
  PRIMARY KEY (request_id, n)
){{strict}};
CREATE INDEX engineering_ask_changed ON engineering_ask (changed_at, request_id, n);
CREATE INDEX engineering_ask_staff ON engineering_ask (staff_id, changed_at) WHERE state = 'open';

-- Beta programmes. ends_at is exclusive; ended_at is set when the run that
-- completes their requests was started. requests counts those that were filed.
CREATE TABLE beta_programme (
  id       {{id}},
  key      TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN ('public', 'private')),
  product  TEXT NOT NULL REFERENCES product (key),
  version  TEXT NOT NULL,
  ends_at  {{i64}} NOT NULL,
  zone     TEXT NOT NULL,
  requests {{i64}} NOT NULL CHECK (requests >= 0),
  ended_at {{i64}}
){{strict}};
CREATE INDEX beta_programme_ends ON beta_programme (ends_at) WHERE ended_at IS NULL;

CREATE TABLE beta_member (
  programme_id {{i64}} NOT NULL REFERENCES beta_programme (id),
  contact_id   {{i64}} NOT NULL REFERENCES contact (id),
  account_id   {{i64}} NOT NULL REFERENCES account (id),
  invited_at   {{i64}},
  joined_at    {{i64}},
  PRIMARY KEY (programme_id, contact_id),
  CHECK (invited_at IS NOT NULL OR joined_at IS NOT NULL)
){{strict}};
CREATE INDEX beta_member_contact ON beta_member (contact_id, programme_id);

CREATE TABLE beta_request (
  request_id   {{i64}} PRIMARY KEY REFERENCES request (id),
  programme_id {{i64}} NOT NULL REFERENCES beta_programme (id),
  account_id   {{i64}} NOT NULL REFERENCES account (id)
){{strict}};
CREATE INDEX beta_request_programme ON beta_request (programme_id, request_id);
