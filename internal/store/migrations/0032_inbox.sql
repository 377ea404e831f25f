-- Mails that came in. A row is written before the other side is told that we have
-- the mail; what it says is found out afterwards. mark is of the copy at its
-- mailbox. judged, said and handed are JSON; handed and said hold addresses and
-- words, and are empty once they are erased. next_at is of the real clock and
-- NULL when nothing more follows by itself.
CREATE TABLE inbox (
  id           {{id}},
  mailbox      TEXT NOT NULL,
  mark         TEXT,
  received_at  {{i64}} NOT NULL,
  handed       TEXT NOT NULL,
  size         {{i64}} NOT NULL,
  sha256       TEXT NOT NULL,
  file_key     TEXT,
  state        TEXT NOT NULL CHECK (state IN ('new', 'filed', 'quarantined', 'dropped', 'rejected')),
  class        TEXT NOT NULL,
  why          TEXT NOT NULL,
  judged       TEXT NOT NULL,
  said         TEXT NOT NULL,
  sender       TEXT NOT NULL,
  account_id   {{i64}} REFERENCES account (id),
  contact_id   {{i64}} REFERENCES contact (id),
  staff_id     {{i64}} REFERENCES staff (id),
  request_id   {{i64}},
  event_seq    {{i64}},
  same_as      {{i64}},
  attempts     {{i64}} NOT NULL,
  next_at      {{i64}},
  lease        TEXT NOT NULL,
  decided_kind TEXT NOT NULL,
  decided_id   {{i64}} NOT NULL,
  decided_at   {{i64}},
  UNIQUE (mailbox, mark)
){{strict}};
CREATE INDEX inbox_next ON inbox (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX inbox_held ON inbox (id) WHERE state = 'quarantined';
CREATE INDEX inbox_entry ON inbox (request_id, event_seq) WHERE request_id IS NOT NULL;
CREATE INDEX inbox_contact ON inbox (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX inbox_sender ON inbox (sender, id);

-- Their bytes, apart, so that a mail that is looked at is not written again.
-- Larger ones are files, and inbox.file_key names them.
CREATE TABLE inbox_raw (
  inbox_id {{i64}} PRIMARY KEY REFERENCES inbox (id),
  raw      {{bytes}} NOT NULL
){{strict}};

-- By what a mail is known when it comes again: digests of its id, its sender and
-- what it says. The first of a print counts.
CREATE TABLE inbox_print (
  print    TEXT PRIMARY KEY,
  inbox_id {{i64}} NOT NULL REFERENCES inbox (id)
){{strict}};
CREATE INDEX inbox_print_inbox ON inbox_print (inbox_id);

-- Message-IDs of mails that stand on a request, so that answers to them are found.
CREATE TABLE mail_id (
  message_id TEXT NOT NULL,
  inbox_id   {{i64}} NOT NULL REFERENCES inbox (id),
  request_id {{i64}} NOT NULL,
  PRIMARY KEY (message_id, inbox_id)
){{strict}};
CREATE INDEX mail_id_request ON mail_id (request_id, inbox_id);
CREATE INDEX mail_id_inbox ON mail_id (inbox_id);

-- Of whom nothing is wanted: an address in small letters, or @ and a domain.
CREATE TABLE blocked_sender (
  id      {{id}},
  what    TEXT NOT NULL UNIQUE,
  at      {{i64}} NOT NULL,
  by_kind TEXT NOT NULL,
  by_id   {{i64}} NOT NULL
){{strict}};
