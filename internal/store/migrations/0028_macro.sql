-- Macros: texts that staff keep to write them again, replies or notes.

-- team is '' when the macro is its maker's alone, else of a team of the pack.
-- words are texts by language, tags a list; both JSON.
CREATE TABLE macro (
  id       {{id}},
  staff_id {{i64}} NOT NULL REFERENCES staff (id),
  team     TEXT NOT NULL,
  name     TEXT NOT NULL CHECK (name <> ''),
  note     {{bool}} NOT NULL,
  words    TEXT NOT NULL,
  tags     TEXT NOT NULL,
  made_at  {{i64}} NOT NULL
){{strict}};
CREATE INDEX macro_staff ON macro (staff_id, id);
CREATE INDEX macro_team ON macro (team, id) WHERE team <> '';
