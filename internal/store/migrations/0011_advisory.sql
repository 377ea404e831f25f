-- Security advisories. texts are the advisory in each language: ids of content
-- rows. alert_id is what tells subscribers of it, or of its newest change; before
-- published_at both are the security team's alone.
CREATE TABLE advisory (
  id           {{id}},
  product      TEXT NOT NULL REFERENCES product (key),
  affected     TEXT NOT NULL,
  fixed        TEXT NOT NULL,
  severity     TEXT NOT NULL,
  refs         TEXT NOT NULL,
  texts        TEXT NOT NULL,
  staff_id     {{i64}} NOT NULL,
  made_at      {{i64}} NOT NULL,
  published_at {{i64}},
  updated_at   {{i64}} NOT NULL,
  alert_id     {{i64}} REFERENCES alert (id)
){{strict}};
CREATE INDEX advisory_alert ON advisory (alert_id) WHERE alert_id IS NOT NULL;
CREATE INDEX advisory_product ON advisory (product, id);
