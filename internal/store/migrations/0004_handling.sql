-- Special handling notes on an account, a contract or a product. until_at is
-- exclusive; account_id is that of the contract too.

CREATE TABLE handling (
  id          {{id}},
  account_id  {{i64}} REFERENCES account (id),
  contract_id {{i64}} REFERENCES contract (id),
  product     TEXT REFERENCES product (key),
  text_id     {{i64}} NOT NULL,
  text_sha256 TEXT NOT NULL,
  added_by    {{i64}} NOT NULL,
  from_at     {{i64}} NOT NULL,
  until_at    {{i64}} NOT NULL CHECK (until_at > from_at),
  ended_at    {{i64}},
  CHECK ((account_id IS NULL) <> (product IS NULL))
){{strict}};
CREATE INDEX handling_account ON handling (account_id);
CREATE INDEX handling_product ON handling (product);
