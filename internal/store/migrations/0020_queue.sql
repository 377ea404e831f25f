-- The open requests of a contact and of a contract, by their next target.
CREATE INDEX request_contact_due ON request (contact_id, next_due_at, id) WHERE stage <> 'completed';
CREATE INDEX request_contract_due ON request (contract_id, next_due_at, id) WHERE stage <> 'completed';
