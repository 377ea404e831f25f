package storetest

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// sent writes the row of a file that has come, and gives it.
func (w *world) sent(request int64, by support.Actor, at time.Time, key string, size int64) store.Upload {
	w.t.Helper()
	u := store.Upload{Request: request, By: by, At: at, Name: key + ".log", Size: size + 1}
	w.update(func(tx *store.Tx) error {
		if err := tx.HoldUploads(request, by); err != nil {
			return err
		}
		if err := tx.BeginUpload(&u); err != nil {
			return err
		}
		u.Key, u.Size, u.Media, u.State = "0/"+key, size, "text/plain", store.UploadWaiting
		return tx.EndUpload(u)
	})
	return u
}

// named is the fact by which a file stands with an entry.
func (w *world) named(request int64, u store.Upload, internal bool) support.FileAttached {
	w.t.Helper()
	f := support.AttachedFile{File: u.ID, Name: support.T(u.Name), Hash: support.T(u.Key[2:]), Size: u.Size, Type: u.Media}
	w.update(func(tx *store.Tx) error {
		f.Name.ID, f.Hash.ID = 0, 0
		return tx.SaveTexts(w.account.ID, request, &f.Name, &f.Hash)
	})
	return support.FileAttached{AttachedFile: f, Entry: 1, Internal: internal}
}

func (w *world) gone() []string {
	w.t.Helper()
	keys, err := w.s.GoneFiles(context.Background(), 100)
	if err != nil {
		w.t.Fatal(err)
	}
	return keys
}

// A file is its sender's alone until an entry names it, then it is seen by those
// who see the entry.
func testWhoSeesFiles(w *world) {
	ctx, row := context.Background(), w.file(nil)
	opener := support.Actor{Kind: support.Customer, ID: w.contacts[0].ID}
	ito := support.Actor{Kind: support.Vendor, ID: w.staff.ID}
	sees := func(what string, u store.Upload, want ...bool) {
		w.t.Helper()
		for i, v := range []store.Viewer{customer(w.contacts[0].ID), customer(w.contacts[2].ID), staffed(w.staff.ID), staffed(w.staff.ID+1, support.RoleDuty), {}} {
			_, err := w.s.Upload(ctx, v, row.ID, u.ID)
			if i < len(want) && want[i] {
				if err != nil {
					w.t.Errorf("%s: viewer %d: %v", what, i, err)
				}
				continue
			}
			wantCode(w.t, err, support.NotFound, "attachment.not_found")
		}
	}
	mine, theirs, note := w.sent(row.ID, opener, monday, "a", 10), w.sent(row.ID, ito, monday, "b", 20), w.sent(row.ID, ito, monday, "c", 30)
	sees("the customer's upload", mine, true)
	sees("staff's upload", theirs, false, false, true)
	for _, f := range []support.Body{w.named(row.ID, mine, false), w.named(row.ID, note, true)} {
		if err := w.more(&row, f); err != nil {
			w.t.Fatal(err)
		}
	}
	sees("a comment's file", mine, true, false, true, true)
	sees("a note's file", note, false, false, true, true)
	held := w.named(row.ID, theirs, true)
	if err := w.more(&row, support.CommentHeld{Roles: []support.Role{}, Files: []support.AttachedFile{held.AttachedFile}}); err != nil {
		w.t.Fatal(err)
	}
	sees("a held comment's file", theirs, false, false, true, true)
	held.Internal = false
	if err := w.more(&row, held); err != nil {
		w.t.Fatal(err)
	}
	sees("a comment's file that was held", theirs, true, false, true, true)
	other := w.file(nil)
	if _, err := w.s.Upload(ctx, everything, other.ID, mine.ID); support.CodeOf(err) != support.NotFound {
		w.t.Errorf("another request's file: %v", err)
	}
	w.sound()
}

// A file stands with one entry: it is not taken twice, nor from another request,
// nor before its bytes are there.
func testAttachOnce(w *world) {
	row, other := w.file(nil), w.file(nil)
	opener := support.Actor{Kind: support.Customer, ID: w.contacts[0].ID}
	u, foreign := w.sent(row.ID, opener, monday, "a", 10), w.sent(other.ID, opener, monday, "b", 10)
	arriving := store.Upload{Request: row.ID, By: opener, At: monday, Name: "c", Size: 10}
	w.update(func(tx *store.Tx) error { return tx.BeginUpload(&arriving) })
	fact := w.named(row.ID, u, false)
	if err := w.more(&row, fact); err != nil {
		w.t.Fatal(err)
	}
	again := fact
	again.Hash = support.Text{ID: fact.Hash.ID + 1000, SHA256: "x"}
	for _, id := range []int64{foreign.ID, arriving.ID, 999_999} {
		f := again
		f.File = id
		wantCode(w.t, w.more(&row, f), support.Invalid, "attachment.unknown")
	}
	wantCode(w.t, w.more(&row, again), support.Invalid, "attachment.unknown")
}

// oneByOne wants these keys, one file after the other.
func (w *world) oneByOne(want ...string) {
	w.t.Helper()
	var passed []string
	for u, err := w.s.NextFile(w.t.Context(), 0); err != nil || u.ID > 0; u, err = w.s.NextFile(w.t.Context(), u.ID) {
		if err != nil {
			w.t.Fatal(err)
		}
		passed = append(passed, u.Key)
	}
	if !slices.Equal(passed, want) {
		w.t.Errorf("one after the other they are %v, want %v", passed, want)
	}
}

// What nobody names is forgotten in time, what is erased at once, thumbnails too;
// their bytes stay ordered to be removed until that is done.
func testFilesGo(w *world) {
	ctx, row := context.Background(), w.file(nil)
	opener := support.Actor{Kind: support.Customer, ID: w.contacts[0].ID}
	kept, erased, waiting, dropped := w.sent(row.ID, opener, monday, "a", 10), w.sent(row.ID, opener, monday, "b", 10),
		w.sent(row.ID, opener, monday, "c", 10), w.sent(row.ID, opener, monday.Add(time.Minute), "d", 10)
	arriving := store.Upload{Request: row.ID, By: opener, At: monday, Name: "e", Size: 10}
	w.update(func(tx *store.Tx) error { return tx.BeginUpload(&arriving) })
	facts := []support.FileAttached{w.named(row.ID, kept, false), w.named(row.ID, erased, false)}
	for _, f := range facts {
		if err := w.more(&row, f); err != nil {
			w.t.Fatal(err)
		}
	}
	w.update(func(tx *store.Tx) error {
		for want := range 2 {
			ok, err := tx.KeepThumb(erased.ID, store.ThumbMade, "0/thumb", 5)
			if err != nil || ok != (want == 0) {
				w.t.Error(want, ok, err)
			}
		}
		return nil
	})
	if err := w.more(&row, support.ContentErased{Of: 3, Content: []int64{facts[1].Hash.ID, facts[1].Name.ID}, Ground: "secret"}); err != nil {
		w.t.Fatal(err)
	}
	if got := w.gone(); !slices.Equal(got, []string{"0/b", "0/thumb"}) {
		w.t.Errorf("after erasing: %v", got)
	}
	w.update(func(tx *store.Tx) error {
		n, err := tx.ExpireUploads(monday, monday.Add(time.Microsecond), 10)
		if err != nil || n != 1 {
			w.t.Error(n, err)
		}
		n, err = tx.ExpireUploads(monday.Add(time.Microsecond), monday, 10)
		if err != nil || n != 1 {
			w.t.Error(n, err)
		}
		for _, c := range []struct {
			id   int64
			by   support.Actor
			want bool
		}{{kept.ID, opener, false}, {dropped.ID, support.Actor{Kind: support.Vendor, ID: opener.ID}, false}, {dropped.ID, opener, true}, {dropped.ID, opener, false}} {
			if ok, err := tx.DropUpload(row.ID, c.by, c.id); err != nil || ok != c.want {
				w.t.Error(c, ok, err)
			}
		}
		wantCode(w.t, tx.EndUpload(arriving), support.Conflict, "attachment.too_slow")
		return nil
	})
	if got := w.gone(); !slices.Equal(got, []string{"0/b", "0/c", "0/d", "0/thumb"}) {
		w.t.Errorf("in the end: %v", got)
	}
	var named []string
	if err := w.s.NamedFiles(ctx, func(k store.KeptFile) error { named = append(named, k.Key); return nil }); err != nil {
		w.t.Fatal(err)
	}
	if want := []string{"0/a", "0/b", "0/c", "0/d", "0/thumb"}; !slices.Equal(named, want) {
		w.t.Errorf("rows name %v, want %v", named, want)
	}
	w.oneByOne("0/a")
	w.sound()
	w.update(func(tx *store.Tx) error { return tx.FilesRemoved([]string{"0/b", "0/c", "0/d"}) })
	if got := w.gone(); !slices.Equal(got, []string{"0/thumb"}) {
		w.t.Errorf("left are %v", got)
	}
	_ = waiting
}

// Files count from their beginning, by request, by person and by account.
func testUsage(w *world) {
	row, other := w.file(nil), w.file(nil)
	opener, ito := support.Actor{Kind: support.Customer, ID: w.contacts[0].ID}, support.Actor{Kind: support.Vendor, ID: w.staff.ID}
	w.sent(row.ID, opener, monday, "a", 10)
	w.sent(row.ID, ito, monday, "b", 100)
	w.sent(other.ID, opener, monday.Add(time.Hour), "c", 1000)
	u := store.Upload{Request: row.ID, By: opener, At: monday.Add(time.Hour), Name: "d", Size: 10_000}
	w.update(func(tx *store.Tx) error { return tx.BeginUpload(&u) })
	for _, c := range []struct {
		request int64
		by      support.Actor
		since   time.Time
		want    store.Space
	}{
		{row.ID, opener, monday, store.Space{Request: 10_110, Person: 11_000, Account: 11_110}},
		{row.ID, opener, monday.Add(-time.Microsecond), store.Space{Request: 10_110, Person: 11_010, Account: 11_110}},
		{other.ID, ito, monday.Add(-1), store.Space{Request: 1000, Person: 100, Account: 11_110}},
		{other.ID, support.Actor{Kind: support.Vendor, ID: opener.ID + 77}, monday.Add(-1), store.Space{Request: 1000, Account: 11_110}},
	} {
		if got, err := w.s.Usage(context.Background(), c.request, c.by, c.since); err != nil || got != c.want {
			w.t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
	list, err := w.s.Uploads(context.Background(), row.ID, opener)
	if err != nil || len(list) != 1 || list[0].Name != "a.log" || list[0].State != store.UploadWaiting || !list[0].At.Equal(monday) || list[0].Account != w.account.ID {
		w.t.Errorf("the opener's uploads are %+v, %v", list, err)
	}
}

// A file that comes with a request that is being written is its writer's alone,
// counts for them and their account, and is the request's once that is filed.
func testDraftsFiles(w *world) {
	ctx, row := context.Background(), w.file(nil)
	opener := support.Actor{Kind: support.Customer, ID: w.contacts[0].ID}
	other := support.Actor{Kind: support.Customer, ID: w.contacts[1].ID}
	u := w.sent(0, opener, monday, "a", 10)
	gone := w.sent(0, opener, monday, "b", 5)
	if u.Request != 0 || u.Account != 0 && u.Account != w.account.ID {
		w.t.Errorf("%+v", u)
	}
	used, err := w.s.Usage(ctx, 0, opener, monday.Add(-time.Hour))
	if want := (store.Space{Request: 15, Person: 15, Account: 15}); err != nil || used != want {
		w.t.Errorf("used %+v, %v", used, err)
	}
	for by, want := range map[support.Actor]int{opener: 2, other: 0} {
		if list, err := w.s.Uploads(ctx, 0, by); err != nil || len(list) != want {
			w.t.Errorf("%v sees %d, %v", by, len(list), err)
		}
	}
	if list, err := w.s.Uploads(ctx, row.ID, opener); err != nil || len(list) != 0 {
		w.t.Errorf("a draft's file is that of a request: %v %v", list, err)
	}
	w.update(func(tx *store.Tx) error {
		dropped, err := tx.DropUpload(0, other, gone.ID)
		if dropped {
			w.t.Error("somebody else drops it")
		}
		return err
	})
	w.update(func(tx *store.Tx) error {
		_, err := tx.DropUpload(0, opener, gone.ID)
		return err
	})
	if err := w.more(&row, w.named(row.ID, u, false)); err != nil {
		w.t.Fatal(err)
	}
	got, err := w.s.Upload(ctx, customer(w.contacts[0].ID), row.ID, u.ID)
	if err != nil || got.Request != row.ID || got.Account != row.Account || got.State != store.UploadAttached {
		w.t.Errorf("%+v, %v", got, err)
	}
	if keys := w.gone(); !slices.Equal(keys, []string{"0/b"}) {
		w.t.Errorf("gone are %v", keys)
	}
	if err := w.s.NamedFiles(ctx, func(store.KeptFile) error { return nil }); err != nil {
		w.t.Error(err)
	}
}
