package storetest

import (
	"context"
	"fmt"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// testFolders asks who sees what lies in a folder of licence keys: who it was
// opened to, until it closes, the role ends or the folder is removed.
//
// guide: R04
func testFolders(w *world) {
	var in, out support.Licence
	folder := support.Folder{Name: "Tokyo"}
	second := func() int64 { return w.contacts[1].ID }
	keys := []support.Text{support.T("KEY-3"), support.T("KEY-1")}
	w.update(func(tx *store.Tx) error {
		if err := w.people(tx, 1); err != nil {
			return err
		}
		in = support.Licence{Contract: w.contract.ID, Key: "AAAA", Product: "hypervisor", Version: "4.0", Units: 4}
		out = support.Licence{Contract: w.contract.ID, Key: "BBBB", Product: "hypervisor", Version: "4.0", Units: 4}
		folder.Contract = w.contract.ID
		err := firstOf(tx.AddLicence(&in), tx.AddLicence(&out), tx.AddFolder(&folder),
			tx.GrantRole(w.contract.ID, second(), support.RoleLicenceSecondary, 0), tx.OpenFolder(folder.ID, second()), tx.OpenFolder(folder.ID, second()))
		if err != nil {
			return err
		}
		in.Folder = folder.ID
		return tx.ChangeLicence(in)
	})
	sees := func(want string) {
		w.t.Helper()
		got := ""
		for _, contact := range []int64{w.contacts[0].ID, second(), w.contacts[3].ID} {
			v := customer(contact)
			list, err := w.s.LicencesOf(context.Background(), v, w.contract.ID)
			if err != nil {
				w.t.Fatal(err)
			}
			folders, err := w.s.Folders(context.Background(), v, w.contract.ID)
			if err != nil {
				w.t.Fatal(err)
			}
			got += fmt.Sprintf(" %d/%d", len(list), len(folders))
		}
		if got != want {
			w.t.Errorf("primary, secondary and a stranger see%s keys and folders, want%s", got, want)
		}
	}
	sees(" 2/1 1/1 0/0")
	w.refuses(support.Conflict, "folder.name_taken", func(tx *store.Tx) error {
		return tx.AddFolder(&support.Folder{Contract: w.contract.ID, Name: "Tokyo"})
	})
	row := w.file(nil)
	w.update(func(tx *store.Tx) error {
		return firstOf(tx.SaveText(w.account.ID, row.ID, &keys[0]), tx.SaveText(w.account.ID, row.ID, &keys[1]))
	})
	if err := w.more(&row, support.LicenceSplit{Licence: in.ID, Units: 4, Parts: []int{3, 1}, Version: "4.0", Keys: keys}); err != nil {
		w.t.Fatal(err)
	}
	sees(" 4/1 3/1 0/0")
	w.update(func(tx *store.Tx) error { return tx.CloseFolder(folder.ID, second()) })
	sees(" 4/1 0/0 0/0")
	w.refuses(support.Conflict, "folder.not_opened", func(tx *store.Tx) error { return tx.CloseFolder(folder.ID, second()) })
	w.update(func(tx *store.Tx) error {
		return firstOf(tx.OpenFolder(folder.ID, second()), tx.OpenLicence(out.ID, second()))
	})
	sees(" 4/1 4/1 0/0")
	w.update(func(tx *store.Tx) error { return tx.CloseLicence(out.ID, second()) })
	sees(" 4/1 3/1 0/0")
	w.update(func(tx *store.Tx) error { return tx.RevokeRole(w.contract.ID, second(), support.RoleLicenceSecondary) })
	w.update(func(tx *store.Tx) error {
		return tx.GrantRole(w.contract.ID, second(), support.RoleLicenceSecondary, 0)
	})
	sees(" 4/1 0/0 0/0") // what was open before the role ended is not open again
	w.update(func(tx *store.Tx) error {
		return firstOf(tx.OpenFolder(folder.ID, second()), tx.RemoveFolder(folder.ID))
	})
	sees(" 4/0 0/0 0/0")
}
