package store

// Erased tells whether the bytes of a mail, and what it says, are erased for good.
func (m Mail) Erased() bool { return m.SHA256 == "" }

// eraseMails erases the mails of a request whose text is erased: any of them may quote
// it. Who wrote the entry itself is forgotten with it. What still waits for a person
// stays, or else somebody's words would be lost unread.
func (tx *Tx) eraseMails(request, entry int64) error {
	own, err := tx.mailsToErase("i.request_id = $1 AND i.event_seq = $2", request, entry)
	if err != nil {
		return err
	}
	all, err := tx.mailsToErase("i.request_id = $1 AND i.state NOT IN ('new', 'quarantined')", request)
	if err != nil {
		return err
	}
	if err := tx.emptyMails(append(all, own...)); err != nil {
		return err
	}
	_, err = tx.exec("UPDATE inbox SET handed = '', sender = '' WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))", list(own))
	return wrap(err, "forget who wrote to request %d", request)
}

// mailsToErase are the mails of a condition with all their copies.
func (tx *Tx) mailsToErase(where string, args ...any) (out []int64, err error) {
	err = tx.all(func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		out = append(out, id)
		return err
	}, `WITH RECURSIVE gone (id) AS (SELECT i.id FROM inbox i WHERE `+where+`
UNION SELECT c.id FROM inbox c JOIN gone g ON c.same_as = g.id) SELECT id FROM gone`, args...)
	return out, wrap(err, "find mails to erase")
}

// emptyMails removes the bytes of mails and what lists show of them.
func (tx *Tx) emptyMails(ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	const these = "(SELECT CAST(value AS BIGINT) FROM json_each($1))"
	for _, text := range []string{
		"INSERT INTO attachment_gone (file_key) SELECT file_key FROM inbox WHERE file_key IS NOT NULL AND id IN " + these,
		"DELETE FROM inbox_raw WHERE inbox_id IN " + these,
		"UPDATE inbox SET file_key = NULL, said = '', sha256 = '' WHERE id IN " + these,
	} {
		if _, err := tx.exec(text, list(ids)); err != nil {
			return wrap(err, "erase mails")
		}
	}
	tx.work.Rest = true
	return nil
}

// eraseCopy erases a mail that is a copy of one that is erased.
func (tx *Tx) eraseCopy(m Mail) error {
	if m.SameAs == 0 {
		return nil
	}
	var sum string
	err := tx.one([]any{&sum}, "SELECT sha256 FROM inbox WHERE id = $1", m.SameAs)
	if err != nil || sum != "" {
		return wrap(err, "look at mail %d", m.SameAs)
	}
	if err := tx.emptyMails([]int64{m.ID}); err != nil {
		return err
	}
	_, err = tx.exec("UPDATE inbox SET handed = '', sender = '' WHERE id = $1", m.ID)
	return wrap(err, "forget who wrote mail %d", m.ID)
}

// eraseMailsOfDefect erases the mails of every request that was told of a defect.
func (tx *Tx) eraseMailsOfDefect(defect int64) error {
	ids, err := tx.mailsToErase(`i.state NOT IN ('new', 'quarantined') AND i.request_id IN (
  SELECT d.request_id FROM run u JOIN run_request d ON d.run_id = u.id WHERE u.kind = $1 AND u.subject_id = $2)`, RunDefect, defect)
	if err != nil {
		return err
	}
	return tx.emptyMails(ids)
}
