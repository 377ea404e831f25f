-- Lists by the next target of an account, a product and a turn: over open requests alone.
CREATE INDEX request_account_due ON request (account_id, next_due_at, id) WHERE stage <> 'completed';
CREATE INDEX request_product_due ON request (product, next_due_at, id) WHERE stage <> 'completed';
CREATE INDEX request_turn_due ON request (turn, next_due_at, id) WHERE stage <> 'completed';
