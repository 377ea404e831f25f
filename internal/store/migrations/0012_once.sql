-- Calls that were carried out under a key of their caller's, for as long as a
-- repetition is known by it. name is a digest of token and key, sum one of what
-- was asked. A command names its request and its facts; the answer of others is
-- sealed with the token, which is not in the database.
CREATE TABLE once (
  name       {{bytes}} PRIMARY KEY,
  sum        {{bytes}} NOT NULL,
  request_id {{i64}} NOT NULL,
  from_seq   {{i64}} NOT NULL,
  to_seq     {{i64}} NOT NULL,
  answer     {{bytes}},
  made_at    {{i64}} NOT NULL
){{strict}};
CREATE INDEX once_made ON once (made_at);
