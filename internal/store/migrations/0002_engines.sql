-- What the two engines do in different ways. On PostgreSQL an event gets its
-- position in the feed after its commit, and ids of requests come from a
-- sequence: neither is a lock that all updates would wait for.

CREATE INDEX event_unnumbered ON event (subject, subject_id, seq) WHERE pos IS NULL;

-- only postgresql
CREATE SEQUENCE request_id START 10000000;
DELETE FROM counter WHERE name = 'request';

-- Lists of ids are given as one parameter of JSON, which SQLite reads with its
-- own function of this name.
CREATE FUNCTION json_each(list text) RETURNS TABLE (value text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT json_array_elements_text(list::json) $$;
-- end only
