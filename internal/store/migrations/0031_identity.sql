-- Staff as an OpenID provider knows them: by its subject, which stays when an
-- address changes there or here. One person has one subject of an issuer. Instants
-- are of the real clock.
CREATE TABLE identity (
  issuer   TEXT NOT NULL,
  subject  TEXT NOT NULL,
  staff_id {{i64}} NOT NULL,
  made_at  {{i64}} NOT NULL,
  used_at  {{i64}} NOT NULL,
  PRIMARY KEY (issuer, subject),
  UNIQUE (issuer, staff_id)
){{strict}};
CREATE INDEX identity_staff ON identity (staff_id);
