-- Message-IDs to which mails refer that stand on a request, of mails that had not come
-- by then: one that comes late is found by them, and so is another answer to it.
CREATE TABLE mail_mention (
  message_id TEXT NOT NULL,
  inbox_id   {{i64}} NOT NULL REFERENCES inbox (id),
  request_id {{i64}} NOT NULL,
  PRIMARY KEY (message_id, inbox_id)
){{strict}};
CREATE INDEX mail_mention_inbox ON mail_mention (inbox_id);
