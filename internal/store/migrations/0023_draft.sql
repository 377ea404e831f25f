-- Drafts: what somebody has typed into a form and not sent yet.

-- about is the address of the form, fields a JSON object of lists of strings as
-- they were typed. It is its author's alone, and goes when the form is sent.
CREATE TABLE draft (
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff')),
  actor_id   {{i64}} NOT NULL,
  about      TEXT NOT NULL,
  fields     TEXT NOT NULL,
  saved_at   {{i64}} NOT NULL,
  PRIMARY KEY (actor_kind, actor_id, about)
){{strict}};
CREATE INDEX draft_saved ON draft (saved_at);
