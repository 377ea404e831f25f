-- Call-backs, and calls that came in.

-- What the caller said is one content row without a request; flags name items of
-- it. wanted_at is by when the call is to be made and orders the queue; due_at
-- is when the timer looks, NULL once the call was made or its miss was told.
-- calls are the attempts, each with its outcome.
CREATE TABLE callback (
  id          {{id}},
  account_id  {{i64}} REFERENCES account (id),
  contact_id  {{i64}} REFERENCES contact (id),
  request_id  {{i64}} REFERENCES request (id),
  said_id     {{i64}} NOT NULL,
  said_sha256 TEXT NOT NULL,
  flags       TEXT NOT NULL,
  language    TEXT NOT NULL,
  left_at     {{i64}} NOT NULL,
  at          {{i64}} NOT NULL,
  by_kind     TEXT NOT NULL CHECK (by_kind IN ('staff', 'system')),
  by_id       {{i64}} NOT NULL,
  wanted_at   {{i64}} NOT NULL,
  agreed      {{bool}} NOT NULL,
  due_at      {{i64}},
  missed_at   {{i64}},
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'called', 'done')),
  staff_id    {{i64}} REFERENCES staff (id),
  calls       TEXT NOT NULL,
  outcome     TEXT NOT NULL CHECK (outcome IN ('', 'connected', 'voicemail', 'no_answer')),
  done_at     {{i64}},
  note_id     {{i64}},
  note_sha256 TEXT NOT NULL,
  CHECK ((state = 'done') = (done_at IS NOT NULL))
){{strict}};
CREATE INDEX callback_queue ON callback (wanted_at, id) WHERE state <> 'done';
CREATE INDEX callback_due ON callback (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX callback_request ON callback (request_id) WHERE request_id IS NOT NULL;

CREATE TABLE phone_call (
  id           {{id}},
  at           {{i64}} NOT NULL,
  line         TEXT NOT NULL,
  product      TEXT NOT NULL,
  account_id   {{i64}} REFERENCES account (id),
  contact_id   {{i64}} REFERENCES contact (id),
  recorded     {{bool}} NOT NULL,
  next_open_at {{i64}},
  by_kind      TEXT NOT NULL CHECK (by_kind IN ('staff', 'system')),
  by_id        {{i64}} NOT NULL
){{strict}};
