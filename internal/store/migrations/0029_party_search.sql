-- Accounts and contacts are found by the words of the search too, and the words
-- about a product stand behind a mark: all words are entered anew.

-- only sqlite
INSERT INTO search (search) VALUES ('delete-all');
-- end only
-- only postgresql
DELETE FROM search;
-- end only
DELETE FROM search_fill;
INSERT INTO search_fill (id, next_id, until_id) SELECT 1, 0, COALESCE((SELECT MAX(id) FROM request), 9999999) WHERE EXISTS (SELECT 1 FROM account);
