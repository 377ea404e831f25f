-- Views: lists of requests that staff keep under a name.

-- team is '' when the view is its maker's alone, else of a team of the pack.
-- query is the address of the list: its filters and its order.
CREATE TABLE saved_view (
  id       {{id}},
  staff_id {{i64}} NOT NULL REFERENCES staff (id),
  team     TEXT NOT NULL,
  name     TEXT NOT NULL CHECK (name <> ''),
  query    TEXT NOT NULL,
  made_at  {{i64}} NOT NULL
){{strict}};
CREATE INDEX saved_view_staff ON saved_view (staff_id, id);
CREATE INDEX saved_view_team ON saved_view (team, id) WHERE team <> '';

-- Who looks at a request or writes on it at present, of the real clock. A row
-- that nobody renews counts no more after a while.
CREATE TABLE presence (
  request_id {{i64}} NOT NULL REFERENCES request (id),
  staff_id   {{i64}} NOT NULL REFERENCES staff (id),
  tab        TEXT NOT NULL,
  writes_at  {{i64}} NOT NULL,
  seen_at    {{i64}} NOT NULL,
  PRIMARY KEY (request_id, staff_id, tab)
){{strict}};
CREATE INDEX presence_seen ON presence (seen_at);

-- Lists of open requests by when they were filed.
CREATE INDEX request_filed ON request (filed_at, id) WHERE stage <> 'completed';
