-- What people send that is no request: reports of security problems, drafts
-- that ended without a request, wishes for features. Texts are content rows
-- without a request; those of somebody without an account have account_id 0.

CREATE INDEX registration_account ON registration (account_id);

CREATE TABLE security_report (
  id              {{id}},
  at              {{i64}} NOT NULL,
  contact_id      {{i64}} REFERENCES contact (id),
  product         TEXT NOT NULL,
  text_id         {{i64}} NOT NULL,
  reply_id        {{i64}} NOT NULL,
  key_id          {{i64}} NOT NULL,
  due_at          {{i64}} NOT NULL,
  acknowledged_at {{i64}},
  acknowledged_by {{i64}} REFERENCES staff (id)
){{strict}};
CREATE INDEX security_report_at ON security_report (at);

CREATE TABLE deflection (
  id         {{id}},
  at         {{i64}} NOT NULL,
  contact_id {{i64}} NOT NULL REFERENCES contact (id),
  account_id {{i64}} NOT NULL REFERENCES account (id),
  product    TEXT NOT NULL,
  route      TEXT NOT NULL
){{strict}};
CREATE INDEX deflection_at ON deflection (at);

CREATE TABLE feature_request (
  id          {{id}},
  account_id  {{i64}} NOT NULL REFERENCES account (id),
  contact_id  {{i64}} NOT NULL REFERENCES contact (id),
  product     TEXT NOT NULL,
  version     TEXT NOT NULL,
  title_id    {{i64}} NOT NULL,
  text_id     {{i64}} NOT NULL,
  at          {{i64}} NOT NULL,
  request_id  {{i64}} UNIQUE REFERENCES request (id),
  question_id {{i64}},
  asked_at    {{i64}},
  asked_by    {{i64}} REFERENCES staff (id),
  answer_id   {{i64}},
  answered_at {{i64}},
  CHECK (answered_at IS NULL OR asked_at IS NOT NULL)
){{strict}};
CREATE INDEX feature_request_contact ON feature_request (contact_id, id);
CREATE INDEX feature_request_account ON feature_request (account_id);
