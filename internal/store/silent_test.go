package store_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// What a driver says of a value that it could not take or give stays out of the
// error, which is for the log (T49). Each case damages the database of a desk as an operator or another
// program might.
func TestErrorsOfTheEngineHoldNoValue(t *testing.T) {
	t.Parallel()
	const canary = "kanarienvogel"
	account := func(s *store.Store) error {
		return s.Update(t.Context(), func(tx *store.Tx) error {
			return tx.AddAccount(&support.Account{Name: canary, Country: "JP"})
		})
	}
	look := func(s *store.Store) error {
		_, err := s.Accounts(t.Context(), store.Viewer{Actor: support.Actor{Kind: support.System}}, 0, 10)
		return err
	}
	both := func(s *store.Store) error {
		if err := account(s); err != nil {
			return err
		}
		return look(s)
	}
	for _, c := range []struct {
		name, file, server string // what is done to the database of each engine; "": not there
		do                 func(s *store.Store) error
		what               string
	}{
		{"a function of the database tells the row", "",
			`CREATE FUNCTION tell() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'bad row %', NEW; END $$ LANGUAGE plpgsql; CREATE TRIGGER tell BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION tell()`,
			account, "P0001"},
		{"a check", `CREATE TRIGGER tell BEFORE INSERT ON account BEGIN SELECT RAISE(ABORT, 'refused'); END`,
			`ALTER TABLE account ADD CONSTRAINT shorter CHECK (length(name) < 3) NOT VALID`, account, ""},
		{"another type", "", `ALTER TABLE account ALTER COLUMN name TYPE bigint USING 1`, account, "42804"},
		{"a value that is cast", "", `CREATE FUNCTION tell() RETURNS trigger AS $$ BEGIN NEW.id := NEW.name::bigint; RETURN NEW; END $$ LANGUAGE plpgsql; CREATE TRIGGER tell BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION tell()`,
			account, "22P02"},
		{"a table that is gone", `ALTER TABLE account RENAME TO lost`, `ALTER TABLE account RENAME TO lost`, both, "account"},
	} {
		for engine, how := range map[string]string{"sqlite": c.file, "postgresql": c.server} {
			if how == "" {
				continue
			}
			t.Run(c.name+" "+engine, func(t *testing.T) {
				t.Parallel()
				s := damaged(t, engine, how)
				err := c.do(s)
				if err == nil || strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), c.what) {
					t.Errorf("it says %v, want %q and no value", err, c.what)
				}
			})
		}
	}
}

func damaged(t *testing.T, engine, how string) *store.Store {
	t.Helper()
	where, driver := pgtest.File, "sqlite"
	if engine == "postgresql" {
		where, driver = pgtest.URL, "pgx"
	}
	path := where(t)
	s, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.AddAccount(&support.Account{Name: "Aoba", Country: "JP"}) }); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open(driver, path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(how); err != nil {
		t.Fatal(err)
	}
	return s
}
