-- The words by which entries of requests are found. They follow from the facts
-- and their texts, are entered and taken out with them, and are not exported.

-- only sqlite
-- rowid is (request - 10000000) << 17 | seq << 1 | internal. What is taken out
-- leaves nothing behind.
CREATE VIRTUAL TABLE search USING fts5 (words, content = '', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
CREATE VIRTUAL TABLE search_place USING fts5vocab (search, instance);
-- end only
-- only postgresql
CREATE TABLE search (
  request_id BIGINT NOT NULL,
  seq        BIGINT NOT NULL,
  internal   BOOLEAN NOT NULL,
  words      TSVECTOR NOT NULL,
  PRIMARY KEY (request_id, seq, internal)
);
CREATE INDEX search_words ON search USING gin (words);
-- end only

-- Requests of earlier programs whose words are still to be entered: there is a
-- row until that is done.
CREATE TABLE search_fill (
  id       {{i64}} PRIMARY KEY CHECK (id = 1),
  next_id  {{i64}} NOT NULL,
  until_id {{i64}} NOT NULL
){{strict}};

INSERT INTO search_fill (id, next_id, until_id) SELECT 1, MIN(id), MAX(id) FROM request HAVING COUNT(*) > 0;
