-- Lists that statements look things up by are short: the planner took them for a
-- thousand values, and read whole tables rather than an index.
-- only postgresql
ALTER FUNCTION json_each(text) ROWS 4;
-- end only
