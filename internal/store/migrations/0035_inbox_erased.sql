-- Mails are erased with the texts that came by them, and so are their copies. Of one
-- that is erased sha256 is empty, and neither the bytes nor said are kept.
CREATE INDEX inbox_same ON inbox (same_as) WHERE same_as IS NOT NULL;
