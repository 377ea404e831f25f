-- Words of the desk's own in its mails, instead of those of the program: by kind of
-- mail ('every' for all of them) and language, each version as a whole. words is JSON,
-- from keys of the catalogue to texts; the highest version holds.
CREATE TABLE mail_words (
  id       {{id}},
  template TEXT NOT NULL,
  language TEXT NOT NULL,
  version  {{i64}} NOT NULL,
  words    TEXT NOT NULL,
  staff_id {{i64}} NOT NULL,
  made_at  {{i64}} NOT NULL,
  UNIQUE (template, language, version)
){{strict}};
