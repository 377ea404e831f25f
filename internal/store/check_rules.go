package store

import "fmt"

// rule is a condition that must hold between rows. The query gives the id of
// each row for which it does not, and a number or word that says how.
type rule struct {
	noun, what, query string
}

var rules = []rule{
	{"contract", "it has %v primary licence administrators, not one (R02)",
		`SELECT c.id, COUNT(g.contact_id) FROM contract c LEFT JOIN role_grant g ON g.contract_id = c.id AND g.role = 'role_licence_primary'
GROUP BY c.id HAVING COUNT(g.contact_id) <> 1 ORDER BY c.id`},
	{"contract", "it is active, and its primary licence administrator, contact %v, is not (R02)",
		`SELECT c.id, k.id FROM contract c JOIN role_grant g ON g.contract_id = c.id AND g.role = 'role_licence_primary'
JOIN contact k ON k.id = g.contact_id WHERE c.state = 'active' AND NOT k.active ORDER BY c.id`},
	{"request", "it is open, and its owner, member of staff %v, is not active (R26)",
		`SELECT r.id, s.id FROM request r JOIN staff s ON s.id = r.owner_id WHERE r.stage <> 'completed' AND NOT s.active ORDER BY r.id`},
	{"contract", "its count of support administrators is not the %v that it has (R02)",
		`SELECT c.id, COUNT(g.contact_id) FROM contract c LEFT JOIN role_grant g ON g.contract_id = c.id AND g.role = 'role_support_admin'
GROUP BY c.id, c.support_admins HAVING COUNT(g.contact_id) <> c.support_admins ORDER BY c.id`},
	{"incident pack", "its count of reserved incidents is not the %v that requests hold (A20)",
		`SELECT p.id, COUNT(i.request_id) FROM incident_pack p LEFT JOIN incident i ON i.pack_id = p.id AND i.state = 'reserved'
GROUP BY p.id, p.reserved HAVING COUNT(i.request_id) <> p.reserved ORDER BY p.id`},
	{"incident pack", "its count of spent incidents is not the %v that requests spent (A20)",
		`SELECT p.id, COUNT(i.request_id) FROM incident_pack p LEFT JOIN incident i ON i.pack_id = p.id AND i.state = 'spent'
GROUP BY p.id, p.spent HAVING COUNT(i.request_id) <> p.spent ORDER BY p.id`},
	{"licence", "the parts of the superseded key add up to %v (R07)",
		`SELECT l.id, COALESCE(SUM(p.units), 0) FROM licence l LEFT JOIN licence p ON p.parent_id = l.id
WHERE l.superseded_by IS NOT NULL GROUP BY l.id, l.units HAVING COALESCE(SUM(p.units), 0) <> l.units ORDER BY l.id`},
	{"defect", "its count of requests is not the %v that are linked to it (R36)",
		`SELECT d.id, COUNT(l.request_id) FROM defect d LEFT JOIN defect_request l ON l.defect_id = d.id
GROUP BY d.id, d.requests HAVING COUNT(l.request_id) <> d.requests ORDER BY d.id`},
	{"beta programme", "its count of requests is not the %v that were filed in it (R35)",
		`SELECT p.id, COUNT(b.request_id) FROM beta_programme p LEFT JOIN beta_request b ON b.programme_id = p.id
GROUP BY p.id, p.requests HAVING COUNT(b.request_id) <> p.requests ORDER BY p.id`},
	{"request", "effect %v tells of a fact that does not exist",
		`SELECT x.request_id, x.key FROM effect x LEFT JOIN event e ON e.subject = 'request' AND e.subject_id = x.request_id AND e.seq = x.seq
LEFT JOIN event f ON f.subject = 'request' AND f.subject_id = x.request_id AND f.seq = x.last
WHERE x.request_id IS NOT NULL AND (e.seq IS NULL OR f.seq IS NULL) ORDER BY x.key`},
	{"request", "effect %v belongs to another account",
		`SELECT x.request_id, x.key FROM effect x JOIN request r ON r.id = x.request_id WHERE r.account_id <> x.account_id ORDER BY x.key`},
	{"request", "its timer stands at %v, without or before the instant at which it is due",
		`SELECT id, COALESCE(wake_at, 0) FROM request WHERE (due_at IS NULL) <> (wake_at IS NULL) OR wake_at < due_at ORDER BY id`},
}

// rules asks for rows that break a rule between rows, and for references that
// lead nowhere.
func (c *checker) rules() error {
	for _, rule := range rules {
		err := c.q.all(func(r scanner) error {
			var id int64
			var how any
			err := r.Scan(&id, &how)
			c.wrong(fmt.Sprintf("%s %d", rule.noun, id), rule.what, how)
			return err
		}, rule.query)
		if err != nil {
			return err
		}
	}
	if c.d.danglers == "" {
		return nil
	}
	return c.q.all(func(r scanner) error {
		var table, other string
		var row any
		var n int64
		err := r.Scan(&table, &row, &other, &n)
		c.wrong(fmt.Sprintf("%s row %v", table, row), "the %s that it names does not exist", other)
		return err
	}, c.d.danglers)
}
