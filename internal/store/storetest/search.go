package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// say appends a fact with a text of the request.
func (w *world) say(row *support.Row, plain string, body func(support.Text) support.Body) support.Text {
	w.t.Helper()
	text := support.T(plain)
	w.update(func(tx *store.Tx) error {
		text.ID = 0
		return tx.SaveText(row.Account, row.ID, &text)
	})
	if err := w.more(row, body(text)); err != nil {
		w.t.Fatal(err)
	}
	return text
}

func comment(t support.Text) support.Body { return support.Commented{Text: t} }
func note(t support.Text) support.Body    { return support.NoteAdded{Text: t} }

func sought(t string) store.Search {
	q, err := support.ParseSearch(t)
	if err != nil {
		panic(err)
	}
	return store.Search{Terms: q.Terms}
}

// finds wants the ids of the requests that somebody finds, newest first, and the
// same number counted.
func (w *world) finds(v store.Viewer, query string, want ...int64) {
	w.t.Helper()
	page, err := w.s.Search(context.Background(), v, sought(query))
	if err != nil {
		w.t.Errorf("search %q: %v", query, err)
		return
	}
	var got []int64
	for _, f := range page.Found {
		got = append(got, f.Row.ID)
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("%v finds %v by %q, want %v", v.Actor, got, query, want)
	}
	if n, whole, err := w.s.CountFound(context.Background(), v, sought(query), 100); err != nil || n != len(want) || !whole {
		w.t.Errorf("%v counts %d by %q, want %d: whole %v, %v", v.Actor, n, query, len(want), whole, err)
	}
}

// All words stand somewhere in what the viewer may read of one request; a note
// is found by staff alone, and nothing by who does not see the request.
func testSearch(w *world) {
	a, b := w.file(nil), w.file(nil)
	other := support.Account{Name: "Umi", Country: "JP"}
	w.update(func(tx *store.Tx) error { return tx.AddAccount(&other) })
	w.say(&a, "サーバーが停止しました。error 0x80070005", comment)
	w.say(&a, "vmware-hostd[1234] died", comment)
	w.say(&a, "customer is wrong about サーバー, probably misconfigured", note)
	w.say(&b, "サーバが遅い", comment)
	staff, owner, stranger := staffed(w.staff.ID), customer(w.contacts[0].ID), customer(w.contacts[2].ID)
	for _, c := range []struct {
		query         string
		staff, opener []int64
	}{
		{"サーバー", []int64{b.ID, a.ID}, []int64{b.ID, a.ID}},
		{"サーバー hostd", []int64{a.ID}, []int64{a.ID}},
		{`"サーバーが停止"`, []int64{a.ID}, []int64{a.ID}},
		{"misconfigured", []int64{a.ID}, nil},
		{"misconfig", []int64{a.ID}, nil},
		{"misconfigured 0x80070005", []int64{a.ID}, nil},
		{"サーバー -hostd", []int64{b.ID}, []int64{b.ID}},
		{"サーバー -misconfigured", []int64{b.ID}, []int64{b.ID, a.ID}},
		{"0x8007", []int64{a.ID}, []int64{a.ID}},
		{`"0x8007"`, nil, nil},
		{"hypervisor", []int64{b.ID, a.ID}, []int64{b.ID, a.ID}},
		{"停", []int64{a.ID}, []int64{a.ID}},
		{"died error", []int64{a.ID}, []int64{a.ID}},
		{`"died error"`, nil, nil},
		{support.SpokenNumber(b.ID), []int64{b.ID}, []int64{b.ID}},
		{support.Number(b.ID) + " 遅い", []int64{b.ID}, []int64{b.ID}},
		{support.Number(b.ID) + " hostd", nil, nil},
		{"nothing", nil, nil},
	} {
		w.finds(staff, c.query, c.staff...)
		w.finds(owner, c.query, c.opener...)
		w.finds(stranger, c.query)
		w.finds(store.Viewer{}, c.query)
	}
	page, err := w.s.Search(context.Background(), owner, sought("hostd"))
	if err != nil || len(page.Found) != 1 || page.Found[0].Part.Text != "vmware-hostd[1234] died" || page.Found[0].Seq != 4 || page.Found[0].Internal ||
		len(page.Found[0].Part.Found) != 1 || page.Found[0].Part.Found[0].From != 7 {
		w.t.Errorf("where it was found: %+v, %v", page, err)
	}
	w.update(func(tx *store.Tx) error { return tx.AddWatcher(a.ID, w.contacts[2].ID) })
	w.finds(stranger, "サーバー", a.ID)
	for _, q := range []string{"!!", ""} {
		_, err := w.s.Search(context.Background(), staff, sought(q))
		wantCode(w.t, err, support.Invalid, "search.nothing")
	}
}

// What is erased, or belongs to another account now, is found there alone.
func testSearchFollows(w *world) {
	row := w.file(nil)
	secret := w.say(&row, "password hunter2 for kanagawa", comment)
	w.say(&row, "hunter2 was pasted", note)
	w.say(&row, "restart helped", comment)
	staff := staffed(w.staff.ID)
	w.finds(staff, "kanagawa", row.ID)
	if err := w.more(&row, support.ContentErased{Of: 3, Content: []int64{secret.ID}, Ground: "secret"}); err != nil {
		w.t.Fatal(err)
	}
	w.finds(staff, "kanagawa")
	w.finds(staff, "hunter2", row.ID)
	w.finds(customer(w.contacts[0].ID), "hunter2")
	w.sound()
	other := support.Account{Name: "Umi", Country: "JP"}
	var third int64
	w.update(func(tx *store.Tx) error {
		if err := tx.AddAccount(&other); err != nil {
			return err
		}
		w.account, third = other, 0
		err := w.people(tx, 1)
		third = w.contacts[len(w.contacts)-1].ID
		return err
	})
	was := support.FiledAs{Account: row.Account, Contact: row.Contact, Contract: row.Contract, Product: row.Product}
	now := was
	now.Account, now.Contact, now.Contract = other.ID, third, 0
	row.Account, row.Contact, row.Contract = now.Account, now.Contact, 0
	if err := w.more(&row, support.Reclassified{FiledAs: now, Was: was}); err != nil {
		w.t.Fatal(err)
	}
	w.finds(customer(third), "restart", row.ID)
	w.finds(customer(third), "hunter2")
	w.finds(staff, "hunter2", row.ID)
	w.sound()
}

// An index that is empty is filled a part at a time, with what comes meanwhile.
func testSearchFill(w *world) {
	ctx, staff := context.Background(), staffed(w.staff.ID)
	var rows []support.Row
	for i := range 45 {
		row := w.file(nil)
		w.say(&row, fmt.Sprint("common word", i), comment)
		rows = append(rows, row)
	}
	if err := w.s.EmptySearch(ctx); err != nil {
		w.t.Fatal(err)
	}
	w.finds(staff, "word7")
	w.sound() // what is still to be filled is not missing
	if left, err := w.s.FillSearch(ctx); err != nil || !left {
		w.t.Fatalf("the first part: left %v, %v", left, err)
	}
	w.finds(staff, `"word7"`, rows[7].ID)
	w.finds(staff, `"word44"`)
	w.say(&rows[2], "meanwhile", comment)
	w.say(&rows[44], "meanwhile", comment)
	w.finds(staff, "meanwhile", rows[44].ID, rows[2].ID)
	w.sound()
	for left := true; left; {
		var err error
		if left, err = w.s.FillSearch(ctx); err != nil {
			w.t.Fatal(err)
		}
	}
	w.finds(staff, "meanwhile", rows[44].ID, rows[2].ID)
	w.finds(staff, `"word44"`, rows[44].ID)
	w.sound()
}

// Pages give each request once, newest first, and end.
func testSearchPages(w *world) {
	var want, got []int64
	for range 25 {
		row := w.file(nil)
		w.say(&row, "common", comment)
		w.say(&row, "common again", comment)
		want = append(want, row.ID)
	}
	slices.Reverse(want)
	in := sought("common")
	in.Limit = 10
	for {
		page, err := w.s.Search(context.Background(), customer(w.contacts[0].ID), in)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, f := range page.Found {
			got = append(got, f.Row.ID)
		}
		if in.After = page.Next; in.After == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("the pages have %v, want %v", got, want)
	}
	in.After = "x"
	_, err := w.s.Search(context.Background(), staffed(w.staff.ID), in)
	wantCode(w.t, err, support.Invalid, "list.cursor")
	if n, _, err := w.s.CountFound(context.Background(), staffed(w.staff.ID), sought("common"), 7); err != nil || n != 7 {
		w.t.Errorf("counted up to a cap: %d, %v", n, err)
	}
}

// Accounts and contacts are found by every word of their names, addresses and
// numbers as it is now, by staff who may see them and by nobody else.
func testFindParties(w *world) {
	ctx := context.Background()
	mie := support.Account{Name: "三重 サーバー株式会社", Country: "JP"}
	taro := support.Contact{FamilyName: "佐藤", GivenName: "太郎", Email: "t.sato@mie.example", Language: "ja", Zone: "Asia/Tokyo", PreferredChannel: support.Mail, Active: true}
	hidden := support.Account{Name: "三重 Hidden", Country: "JP"}
	w.update(func(tx *store.Tx) (err error) {
		if err := errors.Join(tx.AddAccount(&mie), tx.AddAccount(&hidden)); err != nil {
			return err
		}
		if taro.Number, err = tx.NewCustomerNumber("512345678"); err != nil {
			return err
		}
		taro.Account, taro.ID = mie.ID, 0
		return errors.Join(tx.AddContact(&taro), tx.RestrictAccount(hidden.ID, true, nil))
	})
	finds := func(v store.Viewer, query string, wantAccounts, wantContacts []int64) {
		w.t.Helper()
		accounts, contacts, err := w.s.FindParties(ctx, v, sought(query).Terms, 5)
		var a, c []int64
		for _, f := range accounts {
			a = append(a, f.Account.ID)
		}
		for _, f := range contacts {
			c = append(c, f.Contact.ID)
			if f.Account.ID != f.Contact.Account || f.Account.Name == "" {
				w.t.Errorf("contact %d is of %+v", f.Contact.ID, f.Account)
			}
		}
		if err != nil || !slices.Equal(a, wantAccounts) || !slices.Equal(c, wantContacts) {
			w.t.Errorf("%v finds accounts %v and contacts %v by %q, want %v and %v: %v", v.Actor, a, c, query, wantAccounts, wantContacts, err)
		}
	}
	staff, admin := staffed(w.staff.ID), staffed(w.staff.ID, support.RoleAdmin)
	for query, want := range map[string][2][]int64{
		"三重": {{mie.ID}, nil}, "サーバ": {{mie.ID}, nil}, "ｻｰﾊﾞｰ株式": {{mie.ID}, nil}, "三": {{mie.ID}, nil}, "佐藤": {nil, {taro.ID}}, "佐藤太郎": {nil, {taro.ID}}, "太郎 佐藤": {nil, {taro.ID}},
		"T.SATO@mie.example": {nil, {taro.ID}}, "sat": {nil, {taro.ID}}, taro.Number: {nil, {taro.ID}}, `"sat"`: {}, "佐藤 三重": {}, "aoba": {{w.account.ID}, {w.contacts[0].ID, w.contacts[1].ID, w.contacts[2].ID}},
		"yamamoto 2": {nil, {w.contacts[1].ID}}, "-佐藤": {}, "!!": {}, "": {},
	} {
		finds(staff, query, want[0], want[1])
		finds(customer(taro.ID), query, nil, nil)
		finds(store.Viewer{}, query, nil, nil)
	}
	finds(admin, "三重", []int64{mie.ID, hidden.ID}, nil)
	page, err := w.s.Search(ctx, staff, sought("佐藤"))
	if err != nil || len(page.Found) > 0 {
		w.t.Errorf("a contact is found as a request: %+v, %v", page.Found, err)
	}
	taro.FamilyName, taro.Email = "鈴木", "suzuki@mie.example"
	w.update(func(tx *store.Tx) error { return tx.UpdateContact(taro) })
	finds(staff, "佐藤", nil, nil)
	finds(staff, "sato", nil, nil)
	finds(staff, "鈴木太郎", nil, []int64{taro.ID})
	w.sound()
	if err := w.s.EmptySearch(ctx); err != nil {
		w.t.Fatal(err)
	}
	finds(staff, "鈴木", nil, nil)
	taro.GivenName = "次郎"
	w.update(func(tx *store.Tx) error { return tx.UpdateContact(taro) })
	w.sound()
	if left, err := w.s.FillSearch(ctx); err != nil || left {
		w.t.Errorf("filled: left %v, %v", left, err)
	}
	finds(staff, "鈴木次郎", nil, []int64{taro.ID})
	finds(staff, "サーバー", []int64{mie.ID}, nil)
	w.sound()
}

// The best come first of the newest that fit: those with the words in the title,
// that are open, with more entries that have them. Pages give each once, whatever
// is filed meanwhile, and what the viewer does not see has no part in it (T32).
func testSearchBest(w *world) {
	ctx := context.Background()
	titled := func(title string, said ...string) support.Row {
		row := w.fileTitled(title)
		for _, s := range said {
			w.say(&row, s, comment)
		}
		return row
	}
	title := titled("disk failure")
	often := titled("storage", "disk", "disk again", "disk once more")
	once := titled("other", "the disk is new")
	var many []int64
	for range 105 {
		many = append(many, titled("plain", "disk").ID)
	}
	staff, owner := staffed(w.staff.ID), customer(w.contacts[0].ID)
	pages := w.best
	for _, each := range []int{7, 20, 100} {
		for _, v := range []store.Viewer{staff, owner} {
			got := pages(v, "disk", each, nil)
			if len(got) != 108 || len(unique(got)) != 108 || got[0] != many[104] || !slices.Equal(got[100:103], []int64{title.ID, often.ID, many[4]}) || got[107] != once.ID {
				w.t.Fatalf("pages of %d: %d, of them %d different, %v", each, len(got), len(unique(got)), got[97:])
			}
		}
	}
	if got := pages(customer(w.contacts[2].ID), "disk", 20, nil); len(got) != 0 {
		w.t.Errorf("somebody else finds %v", got)
	}
	recent := titled("a disk", "disk")
	late := 0
	if got := pages(staff, "disk", 1, func() {
		if late++; late < 4 {
			titled("plain", "disk")
		}
	}); len(got) != 109 || got[0] != recent.ID || len(unique(got)) != 109 {
		w.t.Errorf("while others are filed: %d, the first %d, want %d", len(got), got[0], recent.ID)
	}
	if got := pages(staff, `"disk" -again -plain -once other`, 20, nil); !slices.Equal(got, []int64{once.ID}) {
		w.t.Errorf("by beginnings and without words: %v", got)
	}
	if got := pages(staff, "failur", 20, nil); !slices.Equal(got, []int64{title.ID}) {
		w.t.Errorf("a beginning: %v", got)
	}
	in := sought("disk")
	in.Best, in.After = true, "x"
	_, err := w.s.Search(ctx, staff, in)
	wantCode(w.t, err, support.Invalid, "list.cursor")
}

// best are the requests that a search finds, the best first, page by page.
func (w *world) best(v store.Viewer, query string, each int, meanwhile func()) (out []int64) {
	w.t.Helper()
	in := sought(query)
	in.Best, in.Limit = true, each
	for n := 0; ; n++ {
		page, err := w.s.Search(context.Background(), v, in)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, f := range page.Found {
			out = append(out, f.Row.ID)
			if f.Row.Stage == "" || f.Title.Text == "" {
				w.t.Errorf("%+v is not whole", f)
			}
		}
		if in.After = page.Next; in.After == "" || n > 200 {
			return out
		}
		if meanwhile != nil {
			meanwhile()
		}
	}
}

func unique(list []int64) []int64 {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

// fileTitled files a request with a title.
func (w *world) fileTitled(title string) (row support.Row) {
	w.t.Helper()
	w.update(func(tx *store.Tx) (err error) {
		t := support.T(title)
		row, err = w.fileIn(tx, func(facts []support.Fact, row *support.Row) []support.Fact {
			err = tx.SaveText(row.Account, row.ID, &t)
			filed := facts[0].Body.(support.Filed)
			filed.Title, row.Title = t, t
			facts[0].Body = filed
			return facts
		}, nil)
		return err
	})
	return row
}
