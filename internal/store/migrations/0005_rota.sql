-- Rotas of teams and absences of staff: plain rows, each change audited. An end
-- is exclusive; position 1 is called first.
CREATE TABLE rota_shift (
  id       {{id}},
  team     TEXT NOT NULL,
  staff_id {{i64}} NOT NULL REFERENCES staff (id),
  from_at  {{i64}} NOT NULL,
  to_at    {{i64}} NOT NULL CHECK (to_at > from_at),
  position {{i64}} NOT NULL CHECK (position > 0)
){{strict}};
CREATE INDEX rota_shift_team ON rota_shift (team, to_at);

CREATE TABLE absence (
  id       {{id}},
  staff_id {{i64}} NOT NULL REFERENCES staff (id),
  from_at  {{i64}} NOT NULL,
  to_at    {{i64}} NOT NULL CHECK (to_at > from_at)
){{strict}};
CREATE INDEX absence_to ON absence (to_at);
