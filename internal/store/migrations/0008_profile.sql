-- Profiles, licence folders, and what a primary licence administrator answers
-- for. bounced_at is when a mail to the contact's address was last given up;
-- end_told is how many days before its end a contract was last told, the fewest.

ALTER TABLE contact ADD COLUMN bounced_at {{i64}};
ALTER TABLE contract ADD COLUMN order_number TEXT NOT NULL DEFAULT '';
ALTER TABLE contract ADD COLUMN end_told {{i64}};
CREATE INDEX contract_ends ON contract (ends_at) WHERE state = 'active';

-- Names and numbers are content rows without a request; number_id is NULL where
-- there is none. A removed one stays as a row, its texts are erased.
CREATE TABLE certification (
  id             {{id}},
  account_id     {{i64}} NOT NULL REFERENCES account (id),
  contact_id     {{i64}} NOT NULL REFERENCES contact (id),
  product        TEXT REFERENCES product (key),
  name_id        {{i64}} NOT NULL,
  name_sha256    TEXT NOT NULL,
  number_id      {{i64}},
  number_sha256  TEXT NOT NULL,
  valid_until_at {{i64}},
  added_kind     TEXT NOT NULL CHECK (added_kind IN ('customer', 'staff', 'system')),
  added_id       {{i64}} NOT NULL,
  at             {{i64}} NOT NULL,
  verified_by    {{i64}} REFERENCES staff (id),
  verified_at    {{i64}},
  removed_at     {{i64}},
  CHECK ((verified_by IS NULL) = (verified_at IS NULL))
){{strict}};
CREATE INDEX certification_contact ON certification (contact_id, id) WHERE removed_at IS NULL;

CREATE TABLE licence_folder (
  id          {{id}},
  account_id  {{i64}} NOT NULL REFERENCES account (id),
  contract_id {{i64}} NOT NULL REFERENCES contract (id),
  name        TEXT NOT NULL,
  UNIQUE (contract_id, name)
){{strict}};

CREATE TABLE folder_opened (
  folder_id  {{i64}} NOT NULL REFERENCES licence_folder (id),
  contact_id {{i64}} NOT NULL REFERENCES contact (id),
  account_id {{i64}} NOT NULL REFERENCES account (id),
  PRIMARY KEY (folder_id, contact_id)
){{strict}};
CREATE INDEX folder_opened_contact ON folder_opened (contact_id);

ALTER TABLE licence ADD COLUMN folder_id {{i64}} REFERENCES licence_folder (id);
ALTER TABLE licence ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE licence ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE licence ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE licence ADD COLUMN note_id {{i64}};
ALTER TABLE licence ADD COLUMN note_sha256 TEXT NOT NULL DEFAULT '';
CREATE INDEX licence_of_folder ON licence (folder_id);

CREATE TABLE agreement (
  contract_id {{i64}} NOT NULL REFERENCES contract (id),
  version     TEXT NOT NULL,
  account_id  {{i64}} NOT NULL REFERENCES account (id),
  contact_id  {{i64}} NOT NULL REFERENCES contact (id),
  at          {{i64}} NOT NULL,
  PRIMARY KEY (contract_id, version)
){{strict}};

-- Whether the right licences are assigned, by the primary licence administrator.
-- due_at is when they are asked again; request_id is what came of a wrong one.
CREATE TABLE confirmation (
  contract_id {{i64}} PRIMARY KEY REFERENCES contract (id),
  account_id  {{i64}} NOT NULL REFERENCES account (id),
  state       TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'wrong')),
  asked_at    {{i64}} NOT NULL,
  due_at      {{i64}},
  contact_id  {{i64}} REFERENCES contact (id),
  answered_at {{i64}},
  request_id  {{i64}} REFERENCES request (id),
  CHECK ((state = 'open') = (answered_at IS NULL))
){{strict}};
CREATE INDEX confirmation_due ON confirmation (due_at) WHERE due_at IS NOT NULL;

-- An account's plans for rollouts. A version's body is one content row; the
-- milestones are its index by day. A removed plan's texts are erased.
CREATE TABLE plan (
  id         {{id}},
  account_id {{i64}} NOT NULL REFERENCES account (id),
  version    {{i64}} NOT NULL CHECK (version > 0),
  removed_at {{i64}}
){{strict}};
CREATE INDEX plan_account ON plan (account_id, id) WHERE removed_at IS NULL;

CREATE TABLE plan_version (
  plan_id     {{i64}} NOT NULL REFERENCES plan (id),
  version     {{i64}} NOT NULL CHECK (version > 0),
  account_id  {{i64}} NOT NULL REFERENCES account (id),
  body_id     {{i64}} NOT NULL,
  body_sha256 TEXT NOT NULL,
  actor_kind  TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff', 'system')),
  actor_id    {{i64}} NOT NULL,
  at          {{i64}} NOT NULL,
  PRIMARY KEY (plan_id, version)
){{strict}};

CREATE TABLE plan_milestone (
  plan_id    {{i64}} NOT NULL REFERENCES plan (id),
  n          {{i64}} NOT NULL CHECK (n > 0),
  account_id {{i64}} NOT NULL REFERENCES account (id),
  product    TEXT NOT NULL REFERENCES product (key),
  from_at    {{i64}} NOT NULL,
  to_at      {{i64}} NOT NULL CHECK (to_at > from_at),
  PRIMARY KEY (plan_id, n)
){{strict}};
CREATE INDEX plan_milestone_account ON plan_milestone (account_id, product, from_at);
