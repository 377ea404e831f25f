-- Written by go test ./internal/store -run TestSchema -update; SQLite.

CREATE TABLE absence (
  id       INTEGER PRIMARY KEY,
  staff_id INTEGER NOT NULL REFERENCES staff (id),
  from_at  INTEGER NOT NULL,
  to_at    INTEGER NOT NULL CHECK (to_at > from_at)
) STRICT;

CREATE INDEX absence_to ON absence (to_at);

CREATE TABLE account (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  country    TEXT NOT NULL,
  restricted INTEGER NOT NULL CHECK (restricted IN (TRUE, FALSE))
) STRICT;

CREATE TABLE account_staff (
  account_id INTEGER NOT NULL REFERENCES account (id),
  staff_id   INTEGER NOT NULL REFERENCES staff (id),
  PRIMARY KEY (account_id, staff_id)
) STRICT;

CREATE TABLE advisory (
  id           INTEGER PRIMARY KEY,
  product      TEXT NOT NULL REFERENCES product (key),
  affected     TEXT NOT NULL,
  fixed        TEXT NOT NULL,
  severity     TEXT NOT NULL,
  refs         TEXT NOT NULL,
  texts        TEXT NOT NULL,
  staff_id     INTEGER NOT NULL,
  made_at      INTEGER NOT NULL,
  published_at INTEGER,
  updated_at   INTEGER NOT NULL,
  alert_id     INTEGER REFERENCES alert (id)
) STRICT;

CREATE INDEX advisory_alert ON advisory (alert_id) WHERE alert_id IS NOT NULL;

CREATE INDEX advisory_product ON advisory (product, id);

CREATE TABLE agreement (
  contract_id INTEGER NOT NULL REFERENCES contract (id),
  version     TEXT NOT NULL,
  account_id  INTEGER NOT NULL REFERENCES account (id),
  contact_id  INTEGER NOT NULL REFERENCES contact (id),
  at          INTEGER NOT NULL,
  PRIMARY KEY (contract_id, version)
) STRICT;

CREATE TABLE alert (
  id       INTEGER PRIMARY KEY,
  product  TEXT NOT NULL REFERENCES product (key),
  kind     TEXT NOT NULL,
  texts    TEXT NOT NULL,
  link     TEXT NOT NULL,
  staff_id INTEGER NOT NULL,
  made_at  INTEGER NOT NULL,
  sent_at  INTEGER,
  total    INTEGER NOT NULL
) STRICT;

CREATE TABLE "attachment" (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  request_id INTEGER REFERENCES request (id),
  by_kind    TEXT NOT NULL CHECK (by_kind IN ('customer', 'staff', 'system')),
  by_id      INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('arriving', 'waiting', 'attached')),
  name       TEXT,
  size       INTEGER NOT NULL,
  media      TEXT NOT NULL,
  file_key   TEXT,
  sum_id     INTEGER,
  open       INTEGER NOT NULL,
  thumb      TEXT NOT NULL CHECK (thumb IN ('', 'made', 'none')),
  thumb_key  TEXT,
  thumb_size INTEGER,
  CHECK ((state = 'attached') = (name IS NULL)),
  CHECK ((state = 'attached') = (sum_id IS NOT NULL)),
  CHECK ((state = 'arriving') = (file_key IS NULL)),
  CHECK ((thumb = 'made') = (thumb_key IS NOT NULL)),
  CHECK ((thumb = 'made') = (thumb_size IS NOT NULL))
) STRICT;

CREATE INDEX attachment_account ON attachment (account_id, size);

CREATE INDEX attachment_by ON attachment (by_kind, by_id, at, size);

CREATE INDEX attachment_request ON attachment (request_id, size);

CREATE INDEX attachment_waiting ON attachment (at) WHERE state <> 'attached';

CREATE TABLE attachment_gone (
  file_key TEXT PRIMARY KEY
) STRICT;

CREATE TABLE beta_member (
  programme_id INTEGER NOT NULL REFERENCES beta_programme (id),
  contact_id   INTEGER NOT NULL REFERENCES contact (id),
  account_id   INTEGER NOT NULL REFERENCES account (id),
  invited_at   INTEGER,
  joined_at    INTEGER,
  PRIMARY KEY (programme_id, contact_id),
  CHECK (invited_at IS NOT NULL OR joined_at IS NOT NULL)
) STRICT;

CREATE INDEX beta_member_contact ON beta_member (contact_id, programme_id);

CREATE TABLE beta_programme (
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN ('public', 'private')),
  product  TEXT NOT NULL REFERENCES product (key),
  version  TEXT NOT NULL,
  ends_at  INTEGER NOT NULL,
  zone     TEXT NOT NULL,
  requests INTEGER NOT NULL CHECK (requests >= 0),
  ended_at INTEGER
) STRICT;

CREATE INDEX beta_programme_ends ON beta_programme (ends_at) WHERE ended_at IS NULL;

CREATE TABLE beta_request (
  request_id   INTEGER PRIMARY KEY REFERENCES request (id),
  programme_id INTEGER NOT NULL REFERENCES beta_programme (id),
  account_id   INTEGER NOT NULL REFERENCES account (id)
) STRICT;

CREATE INDEX beta_request_programme ON beta_request (programme_id, request_id);

CREATE TABLE blocked_sender (
  id      INTEGER PRIMARY KEY,
  what    TEXT NOT NULL UNIQUE,
  at      INTEGER NOT NULL,
  by_kind TEXT NOT NULL,
  by_id   INTEGER NOT NULL
) STRICT;

CREATE TABLE brand (
  id           INTEGER PRIMARY KEY,
  portal_host  TEXT NOT NULL,
  sender       TEXT NOT NULL,
  pack_id      TEXT NOT NULL,
  pack_version INTEGER NOT NULL
) STRICT;

CREATE TABLE broadcast (
  id        INTEGER PRIMARY KEY,
  defect_id INTEGER REFERENCES defect (id),
  product   TEXT NOT NULL,
  version   TEXT NOT NULL,
  open_only INTEGER NOT NULL CHECK (open_only IN (TRUE, FALSE)),
  texts     TEXT NOT NULL,
  staff_id  INTEGER NOT NULL,
  made_at   INTEGER NOT NULL,
  sent_at   INTEGER,
  CHECK ((defect_id IS NULL) <> (product = ''))
) STRICT;

CREATE TABLE callback (
  id          INTEGER PRIMARY KEY,
  account_id  INTEGER REFERENCES account (id),
  contact_id  INTEGER REFERENCES contact (id),
  request_id  INTEGER REFERENCES request (id),
  said_id     INTEGER NOT NULL,
  said_sha256 TEXT NOT NULL,
  flags       TEXT NOT NULL,
  language    TEXT NOT NULL,
  left_at     INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  by_kind     TEXT NOT NULL CHECK (by_kind IN ('staff', 'system')),
  by_id       INTEGER NOT NULL,
  wanted_at   INTEGER NOT NULL,
  agreed      INTEGER NOT NULL,
  due_at      INTEGER,
  missed_at   INTEGER,
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'called', 'done')),
  staff_id    INTEGER REFERENCES staff (id),
  calls       TEXT NOT NULL,
  outcome     TEXT NOT NULL CHECK (outcome IN ('', 'connected', 'voicemail', 'no_answer')),
  done_at     INTEGER,
  note_id     INTEGER,
  note_sha256 TEXT NOT NULL,
  CHECK ((state = 'done') = (done_at IS NOT NULL))
) STRICT;

CREATE INDEX callback_due ON callback (due_at) WHERE due_at IS NOT NULL;

CREATE INDEX callback_queue ON callback (wanted_at, id) WHERE state <> 'done';

CREATE INDEX callback_request ON callback (request_id) WHERE request_id IS NOT NULL;

CREATE TABLE certification (
  id             INTEGER PRIMARY KEY,
  account_id     INTEGER NOT NULL REFERENCES account (id),
  contact_id     INTEGER NOT NULL REFERENCES contact (id),
  product        TEXT REFERENCES product (key),
  name_id        INTEGER NOT NULL,
  name_sha256    TEXT NOT NULL,
  number_id      INTEGER,
  number_sha256  TEXT NOT NULL,
  valid_until_at INTEGER,
  added_kind     TEXT NOT NULL CHECK (added_kind IN ('customer', 'staff', 'system')),
  added_id       INTEGER NOT NULL,
  at             INTEGER NOT NULL,
  verified_by    INTEGER REFERENCES staff (id),
  verified_at    INTEGER,
  removed_at     INTEGER,
  CHECK ((verified_by IS NULL) = (verified_at IS NULL))
) STRICT;

CREATE INDEX certification_contact ON certification (contact_id, id) WHERE removed_at IS NULL;

CREATE TABLE confirmation (
  contract_id INTEGER PRIMARY KEY REFERENCES contract (id),
  account_id  INTEGER NOT NULL REFERENCES account (id),
  state       TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'wrong')),
  asked_at    INTEGER NOT NULL,
  due_at      INTEGER,
  contact_id  INTEGER REFERENCES contact (id),
  answered_at INTEGER,
  request_id  INTEGER REFERENCES request (id),
  CHECK ((state = 'open') = (answered_at IS NULL))
) STRICT;

CREATE INDEX confirmation_due ON confirmation (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE contact (
  id                INTEGER PRIMARY KEY,
  account_id        INTEGER NOT NULL REFERENCES account (id),
  number            TEXT NOT NULL UNIQUE CHECK (length(number) = 10),
  family_name       TEXT NOT NULL,
  given_name        TEXT NOT NULL,
  email             TEXT NOT NULL,
  email_folded      TEXT NOT NULL,
  phone             TEXT NOT NULL,
  language          TEXT NOT NULL,
  zone              TEXT NOT NULL,
  preferred_channel TEXT NOT NULL CHECK (preferred_channel IN ('', 'portal', 'phone', 'mail', 'api')),
  active            INTEGER NOT NULL CHECK (active IN (TRUE, FALSE)),
  survey_sent_at    INTEGER
, bounced_at INTEGER) STRICT;

CREATE INDEX contact_account ON contact (account_id);

CREATE UNIQUE INDEX contact_email ON contact (email_folded) WHERE active AND email_folded <> '';

CREATE TABLE content (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL,
  request_id INTEGER NOT NULL,
  salt       BLOB,
  text       TEXT,
  CHECK ((salt IS NULL) = (text IS NULL))
) STRICT;

CREATE INDEX content_request ON content (request_id);

CREATE TABLE contract (
  id             INTEGER PRIMARY KEY,
  account_id     INTEGER NOT NULL REFERENCES account (id),
  number         TEXT NOT NULL UNIQUE,
  offering       TEXT NOT NULL,
  products       TEXT NOT NULL,
  regions        TEXT NOT NULL,
  starts_at      INTEGER NOT NULL,
  ends_at        INTEGER NOT NULL CHECK (ends_at > starts_at),
  state          TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'cancelled')),
  support_admins INTEGER NOT NULL CHECK (support_admins >= 0)
, order_number TEXT NOT NULL DEFAULT '', end_told INTEGER) STRICT;

CREATE INDEX contract_account ON contract (account_id);

CREATE INDEX contract_ends ON contract (ends_at) WHERE state = 'active';

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT;

CREATE TABLE defect (
  id                 INTEGER PRIMARY KEY CHECK (id >= 1001),
  product            TEXT NOT NULL REFERENCES product (key),
  versions           TEXT NOT NULL,
  state              TEXT NOT NULL CHECK (state IN ('reported', 'confirmed', 'fixing', 'fixed', 'wont_fix', 'rejected')),
  severity           INTEGER NOT NULL CHECK (severity > 0),
  fixed_in           TEXT NOT NULL,
  title_id           INTEGER,
  title_sha256       TEXT NOT NULL,
  public_id          INTEGER,
  public_sha256      TEXT NOT NULL,
  description_id     INTEGER,
  description_sha256 TEXT NOT NULL,
  requests           INTEGER NOT NULL CHECK (requests >= 0),
  reported_at        INTEGER NOT NULL,
  changed_at         INTEGER NOT NULL,
  fixed_at           INTEGER,
  CHECK ((state = 'fixed') = (fixed_in <> ''))
) STRICT;

CREATE INDEX defect_changed ON defect (changed_at, id);

CREATE INDEX defect_product ON defect (product, changed_at, id);

CREATE INDEX defect_state ON defect (state, changed_at, id);

CREATE TABLE defect_request (
  defect_id  INTEGER NOT NULL REFERENCES defect (id),
  request_id INTEGER NOT NULL REFERENCES request (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  PRIMARY KEY (defect_id, request_id)
) STRICT;

CREATE INDEX defect_request_request ON defect_request (request_id, defect_id);

CREATE TABLE deflection (
  id         INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  product    TEXT NOT NULL,
  route      TEXT NOT NULL
) STRICT;

CREATE INDEX deflection_at ON deflection (at);

CREATE TABLE draft (
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   INTEGER NOT NULL,
  about      TEXT NOT NULL,
  fields     TEXT NOT NULL,
  saved_at   INTEGER NOT NULL,
  PRIMARY KEY (actor_kind, actor_id, about)
) STRICT;

CREATE INDEX draft_saved ON draft (saved_at);

CREATE TABLE "effect" (
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

CREATE INDEX effect_dead ON effect (key) WHERE state = 'dead';

CREATE INDEX effect_done ON effect (done_at) WHERE state = 'done';

CREATE INDEX effect_ready ON effect (not_before_at, next_try_at, key) WHERE state = 'pending';

CREATE INDEX effect_request ON effect (request_id);

CREATE TABLE engineering_ask (
  request_id  INTEGER NOT NULL REFERENCES request (id),
  n           INTEGER NOT NULL CHECK (n > 0),
  account_id  INTEGER NOT NULL REFERENCES account (id),
  kind        TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('open', 'answered', 'cancelled')),
  text_id     INTEGER,
  text_sha256 TEXT NOT NULL,
  asked_by_id INTEGER,
  staff_id    INTEGER REFERENCES staff (id),
  asked_at    INTEGER NOT NULL,
  changed_at  INTEGER NOT NULL,
  due_at      INTEGER,
  PRIMARY KEY (request_id, n)
) STRICT;

CREATE INDEX engineering_ask_changed ON engineering_ask (changed_at, request_id, n);

CREATE INDEX engineering_ask_staff ON engineering_ask (staff_id, changed_at) WHERE state = 'open';

CREATE TABLE event (
  subject     TEXT NOT NULL,
  subject_id  INTEGER NOT NULL,
  seq         INTEGER NOT NULL CHECK (seq > 0),
  pos         INTEGER UNIQUE,
  account_id  INTEGER,
  kind        TEXT NOT NULL,
  at          INTEGER NOT NULL,
  happened_at INTEGER,
  actor_kind  TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff', 'system')),
  actor_id    INTEGER NOT NULL,
  data        TEXT NOT NULL,
  prev        BLOB NOT NULL,
  hash        BLOB NOT NULL,
  PRIMARY KEY (subject, subject_id, seq)
) STRICT;

CREATE INDEX event_audit ON event (at, subject, subject_id, seq) WHERE subject <> 'request';

CREATE INDEX event_unnumbered ON event (subject, subject_id, seq) WHERE pos IS NULL;

CREATE TABLE exception (
  id            INTEGER PRIMARY KEY,
  account_id    INTEGER NOT NULL REFERENCES account (id),
  contact_id    INTEGER REFERENCES contact (id),
  product       TEXT NOT NULL REFERENCES product (key),
  offering      TEXT NOT NULL,
  most_severe   INTEGER NOT NULL CHECK (most_severe > 0),
  least_severe  INTEGER NOT NULL CHECK (least_severe >= most_severe),
  reason_id     INTEGER NOT NULL,
  reason_sha256 TEXT NOT NULL,
  granted_by    INTEGER NOT NULL REFERENCES staff (id),
  at            INTEGER NOT NULL,
  ends_at       INTEGER NOT NULL CHECK (ends_at > at),
  revoked_at    INTEGER
) STRICT;

CREATE INDEX exception_account ON exception (account_id);

CREATE TABLE feature_request (
  id          INTEGER PRIMARY KEY,
  account_id  INTEGER NOT NULL REFERENCES account (id),
  contact_id  INTEGER NOT NULL REFERENCES contact (id),
  product     TEXT NOT NULL,
  version     TEXT NOT NULL,
  title_id    INTEGER NOT NULL,
  text_id     INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  request_id  INTEGER UNIQUE REFERENCES request (id),
  question_id INTEGER,
  asked_at    INTEGER,
  asked_by    INTEGER REFERENCES staff (id),
  answer_id   INTEGER,
  answered_at INTEGER,
  CHECK (answered_at IS NULL OR asked_at IS NOT NULL)
) STRICT;

CREATE INDEX feature_request_account ON feature_request (account_id);

CREATE INDEX feature_request_contact ON feature_request (contact_id, id);

CREATE TABLE folder_opened (
  folder_id  INTEGER NOT NULL REFERENCES licence_folder (id),
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  PRIMARY KEY (folder_id, contact_id)
) STRICT;

CREATE INDEX folder_opened_contact ON folder_opened (contact_id);

CREATE TABLE glass (
  request_id    INTEGER NOT NULL REFERENCES request (id),
  staff_id      INTEGER NOT NULL REFERENCES staff (id),
  seq           INTEGER NOT NULL,
  account_id    INTEGER NOT NULL REFERENCES account (id),
  at            INTEGER NOT NULL,
  until_at      INTEGER NOT NULL,
  reason_id     INTEGER NOT NULL,
  reason_sha256 TEXT NOT NULL,
  PRIMARY KEY (request_id, staff_id, seq)
) STRICT;

CREATE INDEX glass_at ON glass (at, request_id);

CREATE TABLE handling (
  id          INTEGER PRIMARY KEY,
  account_id  INTEGER REFERENCES account (id),
  contract_id INTEGER REFERENCES contract (id),
  product     TEXT REFERENCES product (key),
  text_id     INTEGER NOT NULL,
  text_sha256 TEXT NOT NULL,
  added_by    INTEGER NOT NULL,
  from_at     INTEGER NOT NULL,
  until_at    INTEGER NOT NULL CHECK (until_at > from_at),
  ended_at    INTEGER,
  CHECK ((account_id IS NULL) <> (product IS NULL))
) STRICT;

CREATE INDEX handling_account ON handling (account_id);

CREATE INDEX handling_product ON handling (product);

CREATE TABLE head (
  subject    TEXT NOT NULL,
  subject_id INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  hash       BLOB NOT NULL,
  PRIMARY KEY (subject, subject_id)
) STRICT;

CREATE TABLE identity (
  issuer   TEXT NOT NULL,
  subject  TEXT NOT NULL,
  staff_id INTEGER NOT NULL,
  made_at  INTEGER NOT NULL,
  used_at  INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject),
  UNIQUE (issuer, staff_id)
) STRICT;

CREATE INDEX identity_staff ON identity (staff_id);

CREATE TABLE inbox (
  id           INTEGER PRIMARY KEY,
  mailbox      TEXT NOT NULL,
  mark         TEXT,
  received_at  INTEGER NOT NULL,
  handed       TEXT NOT NULL,
  size         INTEGER NOT NULL,
  sha256       TEXT NOT NULL,
  file_key     TEXT,
  state        TEXT NOT NULL CHECK (state IN ('new', 'filed', 'quarantined', 'dropped', 'rejected')),
  class        TEXT NOT NULL,
  why          TEXT NOT NULL,
  judged       TEXT NOT NULL,
  said         TEXT NOT NULL,
  sender       TEXT NOT NULL,
  account_id   INTEGER REFERENCES account (id),
  contact_id   INTEGER REFERENCES contact (id),
  staff_id     INTEGER REFERENCES staff (id),
  request_id   INTEGER,
  event_seq    INTEGER,
  same_as      INTEGER,
  attempts     INTEGER NOT NULL,
  next_at      INTEGER,
  lease        TEXT NOT NULL,
  decided_kind TEXT NOT NULL,
  decided_id   INTEGER NOT NULL,
  decided_at   INTEGER,
  UNIQUE (mailbox, mark)
) STRICT;

CREATE INDEX inbox_contact ON inbox (contact_id) WHERE contact_id IS NOT NULL;

CREATE INDEX inbox_entry ON inbox (request_id, event_seq) WHERE request_id IS NOT NULL;

CREATE INDEX inbox_held ON inbox (id) WHERE state = 'quarantined';

CREATE INDEX inbox_next ON inbox (next_at) WHERE next_at IS NOT NULL;

CREATE INDEX inbox_same ON inbox (same_as) WHERE same_as IS NOT NULL;

CREATE INDEX inbox_sender ON inbox (sender, id);

CREATE TABLE inbox_print (
  print    TEXT PRIMARY KEY,
  inbox_id INTEGER NOT NULL REFERENCES inbox (id)
) STRICT;

CREATE INDEX inbox_print_inbox ON inbox_print (inbox_id);

CREATE TABLE inbox_raw (
  inbox_id INTEGER PRIMARY KEY REFERENCES inbox (id),
  raw      BLOB NOT NULL
) STRICT;

CREATE TABLE incident (
  request_id INTEGER PRIMARY KEY,
  pack_id    INTEGER NOT NULL REFERENCES incident_pack (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  state      TEXT NOT NULL CHECK (state IN ('reserved', 'spent', 'returned'))
) STRICT;

CREATE INDEX incident_of_pack ON incident (pack_id);

CREATE TABLE incident_pack (
  id          INTEGER PRIMARY KEY,
  account_id  INTEGER NOT NULL REFERENCES account (id),
  contract_id INTEGER NOT NULL REFERENCES contract (id),
  bought      INTEGER NOT NULL CHECK (bought > 0),
  reserved    INTEGER NOT NULL CHECK (reserved >= 0),
  spent       INTEGER NOT NULL CHECK (spent >= 0),
  expires_at  INTEGER,
  CHECK (reserved + spent <= bought)
) STRICT;

CREATE INDEX incident_pack_contract ON incident_pack (contract_id);

CREATE TABLE licence (
  id             INTEGER PRIMARY KEY,
  account_id     INTEGER NOT NULL REFERENCES account (id),
  contract_id    INTEGER NOT NULL REFERENCES contract (id),
  key            TEXT NOT NULL UNIQUE,
  product        TEXT NOT NULL,
  version        TEXT NOT NULL,
  units          INTEGER NOT NULL CHECK (units > 0),
  parent_id      INTEGER REFERENCES licence (id),
  superseded_by  INTEGER,
  superseded_seq INTEGER
, folder_id INTEGER REFERENCES licence_folder (id), label TEXT NOT NULL DEFAULT '', host TEXT NOT NULL DEFAULT '', site TEXT NOT NULL DEFAULT '', note_id INTEGER, note_sha256 TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX licence_contract ON licence (contract_id);

CREATE INDEX licence_of_folder ON licence (folder_id);

CREATE INDEX licence_parent ON licence (parent_id);

CREATE TABLE licence_folder (
  id          INTEGER PRIMARY KEY,
  account_id  INTEGER NOT NULL REFERENCES account (id),
  contract_id INTEGER NOT NULL REFERENCES contract (id),
  name        TEXT NOT NULL,
  UNIQUE (contract_id, name)
) STRICT;

CREATE TABLE licence_opened (
  licence_id INTEGER NOT NULL REFERENCES licence (id),
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  PRIMARY KEY (licence_id, contact_id)
) STRICT;

CREATE INDEX licence_opened_contact ON licence_opened (contact_id);

CREATE TABLE macro (
  id       INTEGER PRIMARY KEY,
  staff_id INTEGER NOT NULL REFERENCES staff (id),
  team     TEXT NOT NULL,
  name     TEXT NOT NULL CHECK (name <> ''),
  note     INTEGER NOT NULL,
  words    TEXT NOT NULL,
  tags     TEXT NOT NULL,
  made_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX macro_staff ON macro (staff_id, id);

CREATE INDEX macro_team ON macro (team, id) WHERE team <> '';

CREATE TABLE mail_id (
  message_id TEXT NOT NULL,
  inbox_id   INTEGER NOT NULL REFERENCES inbox (id),
  request_id INTEGER NOT NULL,
  PRIMARY KEY (message_id, inbox_id)
) STRICT;

CREATE INDEX mail_id_inbox ON mail_id (inbox_id);

CREATE INDEX mail_id_request ON mail_id (request_id, inbox_id);

CREATE TABLE mail_mention (
  message_id TEXT NOT NULL,
  inbox_id   INTEGER NOT NULL REFERENCES inbox (id),
  request_id INTEGER NOT NULL,
  PRIMARY KEY (message_id, inbox_id)
) STRICT;

CREATE INDEX mail_mention_inbox ON mail_mention (inbox_id);

CREATE TABLE mail_words (
  id       INTEGER PRIMARY KEY,
  template TEXT NOT NULL,
  language TEXT NOT NULL,
  version  INTEGER NOT NULL,
  words    TEXT NOT NULL,
  staff_id INTEGER NOT NULL,
  made_at  INTEGER NOT NULL,
  UNIQUE (template, language, version)
) STRICT;

CREATE TABLE mailbox (
  id           INTEGER PRIMARY KEY,
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
  attempts     INTEGER NOT NULL,
  next_try_at  INTEGER NOT NULL,
  failure      TEXT NOT NULL,
  failed_at    INTEGER,
  succeeded_at INTEGER,
  taken        INTEGER NOT NULL,
  kept         INTEGER NOT NULL,
  lease        TEXT NOT NULL,
  leased_until INTEGER NOT NULL,
  version      INTEGER NOT NULL,
  staff_id     INTEGER NOT NULL,
  made_at      INTEGER NOT NULL,
  CHECK (folder <> done),
  CHECK ((attempts = 0) = (failure = ''))
) STRICT;

CREATE TABLE migration (
  version INTEGER PRIMARY KEY,
  name    TEXT NOT NULL,
  sha256  TEXT NOT NULL
) STRICT;

CREATE TABLE once (
  name       BLOB PRIMARY KEY,
  sum        BLOB NOT NULL,
  request_id INTEGER NOT NULL,
  from_seq   INTEGER NOT NULL,
  to_seq     INTEGER NOT NULL,
  answer     BLOB,
  made_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX once_made ON once (made_at);

CREATE TABLE one_time (
  id         INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind IN ('invite', 'reset', 'device', 'setup')),
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff', 'system')),
  actor_id   INTEGER NOT NULL,
  nonce      TEXT NOT NULL,
  sha256     TEXT NOT NULL UNIQUE,
  made_at    INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX one_time_actor ON one_time (actor_kind, actor_id);

CREATE INDEX one_time_ends ON one_time (ends_at);

CREATE TABLE pack (
  id      TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  hash    TEXT NOT NULL,
  source  BLOB NOT NULL,
  PRIMARY KEY (id, version)
) STRICT;

CREATE TABLE passkey (
  id         INTEGER PRIMARY KEY,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   INTEGER NOT NULL,
  credential TEXT NOT NULL UNIQUE,
  record     TEXT NOT NULL,
  name       TEXT NOT NULL,
  made_at    INTEGER NOT NULL,
  used_at    INTEGER,
  suspect    INTEGER NOT NULL
) STRICT;

CREATE INDEX passkey_actor ON passkey (actor_kind, actor_id);

CREATE TABLE password (
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   INTEGER NOT NULL,
  hash       TEXT NOT NULL,
  set_at     INTEGER NOT NULL,
  PRIMARY KEY (actor_kind, actor_id)
) STRICT;

CREATE TABLE phone_call (
  id           INTEGER PRIMARY KEY,
  at           INTEGER NOT NULL,
  line         TEXT NOT NULL,
  product      TEXT NOT NULL,
  account_id   INTEGER REFERENCES account (id),
  contact_id   INTEGER REFERENCES contact (id),
  recorded     INTEGER NOT NULL,
  next_open_at INTEGER,
  by_kind      TEXT NOT NULL CHECK (by_kind IN ('staff', 'system')),
  by_id        INTEGER NOT NULL
) STRICT;

CREATE TABLE plan (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  version    INTEGER NOT NULL CHECK (version > 0),
  removed_at INTEGER
) STRICT;

CREATE INDEX plan_account ON plan (account_id, id) WHERE removed_at IS NULL;

CREATE TABLE plan_milestone (
  plan_id    INTEGER NOT NULL REFERENCES plan (id),
  n          INTEGER NOT NULL CHECK (n > 0),
  account_id INTEGER NOT NULL REFERENCES account (id),
  product    TEXT NOT NULL REFERENCES product (key),
  from_at    INTEGER NOT NULL,
  to_at      INTEGER NOT NULL CHECK (to_at > from_at),
  PRIMARY KEY (plan_id, n)
) STRICT;

CREATE INDEX plan_milestone_account ON plan_milestone (account_id, product, from_at);

CREATE TABLE plan_version (
  plan_id     INTEGER NOT NULL REFERENCES plan (id),
  version     INTEGER NOT NULL CHECK (version > 0),
  account_id  INTEGER NOT NULL REFERENCES account (id),
  body_id     INTEGER NOT NULL,
  body_sha256 TEXT NOT NULL,
  actor_kind  TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff', 'system')),
  actor_id    INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (plan_id, version)
) STRICT;

CREATE TABLE presence (
  request_id INTEGER NOT NULL REFERENCES request (id),
  staff_id   INTEGER NOT NULL REFERENCES staff (id),
  tab        TEXT NOT NULL,
  writes_at  INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  PRIMARY KEY (request_id, staff_id, tab)
) STRICT;

CREATE INDEX presence_seen ON presence (seen_at);

CREATE TABLE product (
  id       INTEGER PRIMARY KEY,
  brand_id INTEGER NOT NULL REFERENCES brand (id),
  key      TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  versions TEXT NOT NULL
) STRICT;

CREATE TABLE recovery_code (
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   INTEGER NOT NULL,
  digest     TEXT NOT NULL,
  PRIMARY KEY (actor_kind, actor_id, digest)
) STRICT;

CREATE TABLE registration (
  id          INTEGER PRIMARY KEY,
  contact_id  INTEGER NOT NULL REFERENCES contact (id),
  account_id  INTEGER NOT NULL REFERENCES account (id),
  product     TEXT NOT NULL REFERENCES product (key),
  contract_id INTEGER REFERENCES contract (id),
  at          INTEGER NOT NULL,
  until_at    INTEGER
) STRICT;

CREATE INDEX registration_account ON registration (account_id);

CREATE INDEX registration_contact ON registration (contact_id);

CREATE TABLE request (
  id               INTEGER PRIMARY KEY CHECK (id >= 10000000),
  brand_id         INTEGER NOT NULL REFERENCES brand (id),
  account_id       INTEGER NOT NULL REFERENCES account (id),
  seq              INTEGER NOT NULL CHECK (seq > 0),
  kind             TEXT NOT NULL CHECK (kind IN ('sr', 'cs_request')),
  stage            TEXT NOT NULL CHECK (stage IN ('opened', 'worked_on', 'completed')),
  contact_id       INTEGER NOT NULL REFERENCES contact (id),
  contract_id      INTEGER REFERENCES contract (id),
  product          TEXT NOT NULL,
  version          TEXT NOT NULL,
  offering         TEXT NOT NULL,
  region           TEXT NOT NULL,
  language         TEXT NOT NULL,
  severity         INTEGER NOT NULL CHECK (severity >= 0),
  turn             TEXT NOT NULL CHECK (turn IN ('support', 'customer', 'third_party', 'nobody')),
  queue            TEXT NOT NULL,
  priority         INTEGER NOT NULL,
  queued_since_at  INTEGER,
  owner_id         INTEGER REFERENCES staff (id),
  title_id         INTEGER,
  title_sha256     TEXT NOT NULL,
  reference_id     INTEGER,
  reference_sha256 TEXT NOT NULL,
  environment      TEXT NOT NULL,
  component        TEXT NOT NULL,
  tags             TEXT NOT NULL,
  filed_at         INTEGER NOT NULL,
  changed_at       INTEGER NOT NULL,
  completed_at     INTEGER,
  reason           TEXT NOT NULL,
  escalated        INTEGER NOT NULL CHECK (escalated IN (TRUE, FALSE)),
  next_metric      TEXT NOT NULL,
  next_due_at      INTEGER NOT NULL,
  next_missed      INTEGER NOT NULL CHECK (next_missed IN (TRUE, FALSE)),
  due_at           INTEGER,
  wake_at          INTEGER,
  leased_at        INTEGER NOT NULL,
  pushed           INTEGER NOT NULL,
  pushed_why       TEXT NOT NULL
, restricted INTEGER NOT NULL DEFAULT FALSE CHECK (restricted IN (TRUE, FALSE))) STRICT;

CREATE INDEX request_account ON request (account_id, changed_at, id);

CREATE INDEX request_account_due ON request (account_id, next_due_at, id) WHERE stage <> 'completed';

CREATE INDEX request_changed ON request (changed_at, id);

CREATE INDEX request_contact ON request (contact_id, changed_at, id);

CREATE INDEX request_contact_due ON request (contact_id, next_due_at, id) WHERE stage <> 'completed';

CREATE INDEX request_contract ON request (contract_id, changed_at, id);

CREATE INDEX request_contract_due ON request (contract_id, next_due_at, id) WHERE stage <> 'completed';

CREATE INDEX request_due ON request (next_due_at, id) WHERE stage <> 'completed';

CREATE INDEX request_filed ON request (filed_at, id) WHERE stage <> 'completed';

CREATE INDEX request_owner ON request (owner_id, next_due_at, id) WHERE stage <> 'completed';

CREATE INDEX request_product_due ON request (product, next_due_at, id) WHERE stage <> 'completed';

CREATE INDEX request_queue ON request (queue, next_due_at, id) WHERE stage <> 'completed';

CREATE INDEX request_severity ON request (severity, next_due_at, id) WHERE stage <> 'completed';

CREATE INDEX request_turn_due ON request (turn, next_due_at, id) WHERE stage <> 'completed';

CREATE INDEX request_wake ON request (wake_at, id) WHERE wake_at IS NOT NULL;

CREATE TABLE request_staff (
  request_id INTEGER NOT NULL REFERENCES request (id),
  staff_id   INTEGER NOT NULL REFERENCES staff (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  PRIMARY KEY (request_id, staff_id)
) STRICT;

CREATE TABLE request_tag (
  tag        TEXT NOT NULL,
  request_id INTEGER NOT NULL REFERENCES request (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  PRIMARY KEY (tag, request_id)
) STRICT;

CREATE INDEX request_tag_request ON request_tag (request_id);

CREATE TABLE role_grant (
  contract_id INTEGER NOT NULL REFERENCES contract (id),
  contact_id  INTEGER NOT NULL REFERENCES contact (id),
  role        TEXT NOT NULL CHECK (role IN ('role_licence_primary', 'role_licence_secondary', 'role_support_admin')),
  account_id  INTEGER NOT NULL REFERENCES account (id),
  PRIMARY KEY (contract_id, contact_id, role)
) STRICT;

CREATE INDEX role_grant_contact ON role_grant (contact_id, contract_id);

CREATE UNIQUE INDEX role_grant_primary ON role_grant (contract_id) WHERE role = 'role_licence_primary';

CREATE TABLE rota_shift (
  id       INTEGER PRIMARY KEY,
  team     TEXT NOT NULL,
  staff_id INTEGER NOT NULL REFERENCES staff (id),
  from_at  INTEGER NOT NULL,
  to_at    INTEGER NOT NULL CHECK (to_at > from_at),
  position INTEGER NOT NULL CHECK (position > 0)
) STRICT;

CREATE INDEX rota_shift_team ON rota_shift (team, to_at);

CREATE TABLE "run" (
  id         INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL,
  subject_id INTEGER NOT NULL,
  per_minute INTEGER NOT NULL CHECK (per_minute >= 0),
  started_at INTEGER NOT NULL
) STRICT;

CREATE INDEX run_subject ON run (kind, subject_id, id);

CREATE TABLE "run_request" (
  run_id     INTEGER NOT NULL REFERENCES "run" (id),
  request_id INTEGER NOT NULL REFERENCES request (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  place      INTEGER NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('pending', 'done', 'skipped', 'failed')),
  attempts   INTEGER NOT NULL,
  leased_at  INTEGER NOT NULL,
  why        TEXT NOT NULL,
  PRIMARY KEY (run_id, request_id)
) STRICT;

CREATE INDEX run_request_pending ON run_request (run_id, place) WHERE state = 'pending';

CREATE TABLE saved_view (
  id       INTEGER PRIMARY KEY,
  staff_id INTEGER NOT NULL REFERENCES staff (id),
  team     TEXT NOT NULL,
  name     TEXT NOT NULL CHECK (name <> ''),
  query    TEXT NOT NULL,
  made_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX saved_view_staff ON saved_view (staff_id, id);

CREATE INDEX saved_view_team ON saved_view (team, id) WHERE team <> '';

CREATE VIRTUAL TABLE search USING fts5 (words, content = '', tokenize = 'ascii');

CREATE TABLE 'search_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'search_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'search_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

CREATE TABLE search_fill (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  next_id  INTEGER NOT NULL,
  until_id INTEGER NOT NULL
) STRICT;

CREATE TABLE 'search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE VIRTUAL TABLE search_place USING fts5vocab (search, instance);

CREATE TABLE security_report (
  id              INTEGER PRIMARY KEY,
  at              INTEGER NOT NULL,
  contact_id      INTEGER REFERENCES contact (id),
  product         TEXT NOT NULL,
  text_id         INTEGER NOT NULL,
  reply_id        INTEGER NOT NULL,
  key_id          INTEGER NOT NULL,
  due_at          INTEGER NOT NULL,
  acknowledged_at INTEGER,
  acknowledged_by INTEGER REFERENCES staff (id)
) STRICT;

CREATE INDEX security_report_at ON security_report (at);

CREATE TABLE "sent" (
  key        TEXT PRIMARY KEY,
  request_id INTEGER,
  account_id INTEGER,
  sha256     TEXT NOT NULL,
  bytes      BLOB NOT NULL,
  at         INTEGER NOT NULL
) STRICT;

CREATE INDEX sent_request ON sent (request_id);

CREATE TABLE session (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT NOT NULL UNIQUE,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   INTEGER NOT NULL,
  proof      TEXT NOT NULL,
  agent      TEXT NOT NULL,
  address    TEXT NOT NULL,
  made_at    INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX session_actor ON session (actor_kind, actor_id);

CREATE INDEX session_ends ON session (ends_at);

CREATE TABLE sign_in_step (
  sha256     TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id   INTEGER NOT NULL,
  held       BLOB NOT NULL,
  ends_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX sign_in_step_ends ON sign_in_step (ends_at);

CREATE TABLE staff (
  id           INTEGER PRIMARY KEY,
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
  active       INTEGER NOT NULL CHECK (active IN (TRUE, FALSE))
) STRICT;

CREATE UNIQUE INDEX staff_email ON staff (email_folded) WHERE active AND email_folded <> '';

CREATE TABLE subscription (
  id            INTEGER PRIMARY KEY,
  account_id    INTEGER REFERENCES account (id),
  contact_id    INTEGER REFERENCES contact (id),
  email         TEXT,
  language      TEXT NOT NULL,
  product       TEXT NOT NULL REFERENCES product (key),
  kind          TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('pending', 'active', 'ended')),
  asked_at      INTEGER NOT NULL,
  mail_at       INTEGER NOT NULL,
  confirm_token TEXT NOT NULL,
  leave_token   TEXT NOT NULL UNIQUE,
  confirmed_at  INTEGER,
  ended_at      INTEGER,
  CHECK (contact_id IS NULL OR email IS NULL),
  CHECK ((state = 'ended') = (ended_at IS NOT NULL))
) STRICT;

CREATE INDEX subscription_asked ON subscription (asked_at);

CREATE INDEX subscription_confirm ON subscription (confirm_token) WHERE state = 'pending';

CREATE UNIQUE INDEX subscription_contact ON subscription (contact_id, product, kind) WHERE contact_id IS NOT NULL;

CREATE UNIQUE INDEX subscription_email ON subscription (email, product, kind) WHERE email IS NOT NULL;

CREATE INDEX subscription_kind ON subscription (product, kind, id) WHERE state = 'active';

CREATE TABLE suppressed (
  id      INTEGER PRIMARY KEY,
  email   TEXT NOT NULL UNIQUE,
  why     TEXT NOT NULL CHECK (why IN ('bounced', 'complained', 'by_hand')),
  status  TEXT NOT NULL,
  at      INTEGER NOT NULL,
  by_kind TEXT NOT NULL,
  by_id   INTEGER NOT NULL
) STRICT;

CREATE TABLE throttle (
  name    TEXT PRIMARY KEY,
  recent  TEXT NOT NULL,
  ends_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE INDEX throttle_ends ON throttle (ends_at);

CREATE TABLE token (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  sha256     TEXT NOT NULL UNIQUE,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff', 'system')),
  actor_id   INTEGER NOT NULL,
  scopes     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
, used_at INTEGER) STRICT;

CREATE TABLE totp (
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   INTEGER NOT NULL,
  secret     BLOB NOT NULL,
  last_step  INTEGER NOT NULL,
  made_at    INTEGER NOT NULL,
  PRIMARY KEY (actor_kind, actor_id)
) STRICT;

CREATE TABLE watcher (
  request_id INTEGER NOT NULL REFERENCES request (id),
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  PRIMARY KEY (request_id, contact_id)
) STRICT;

CREATE INDEX watcher_contact ON watcher (contact_id, request_id);

CREATE TABLE webhook (
  id             INTEGER PRIMARY KEY,
  name           TEXT NOT NULL,
  url            TEXT NOT NULL,
  kinds          TEXT NOT NULL,
  secret         TEXT NOT NULL,
  previous       TEXT NOT NULL,
  previous_until INTEGER,
  state          TEXT NOT NULL CHECK (state IN ('enabled', 'disabled')),
  why            TEXT NOT NULL CHECK (why IN ('', 'admin', 'failing', 'gone')),
  since_at       INTEGER NOT NULL,
  pos            INTEGER NOT NULL,
  attempts       INTEGER NOT NULL,
  failing_since  INTEGER,
  next_try_at    INTEGER NOT NULL,
  lease          TEXT NOT NULL,
  leased_until   INTEGER NOT NULL,
  sent           INTEGER NOT NULL,
  version        INTEGER NOT NULL,
  staff_id       INTEGER NOT NULL,
  made_at        INTEGER NOT NULL,
  CHECK ((state = 'enabled') = (why = '')),
  CHECK ((previous = '') = (previous_until IS NULL))
) STRICT;

CREATE TABLE webhook_delivery (
  webhook_id INTEGER NOT NULL REFERENCES webhook (id),
  slot       INTEGER NOT NULL,
  n          INTEGER NOT NULL,
  message    TEXT NOT NULL,
  kind       TEXT NOT NULL,
  attempt    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  ms         INTEGER NOT NULL,
  status     INTEGER NOT NULL,
  why        TEXT NOT NULL,
  PRIMARY KEY (webhook_id, slot)
) STRICT;

CREATE TABLE withheld (
  request_id INTEGER NOT NULL REFERENCES request (id),
  kind       TEXT NOT NULL,
  n          INTEGER NOT NULL CHECK (n > 0),
  since_at   INTEGER NOT NULL,
  PRIMARY KEY (request_id, kind)
) STRICT;
