package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// AddFolder adds a folder for licence keys to a contract and fills its id (R03,
// R04).
func (d *Desk) AddFolder(ctx context.Context, by support.Actor, f *support.Folder) error {
	if err := checkName(f.Name, "name"); err != nil {
		return err
	}
	return d.change(ctx, by, "add_folder", about{contract: f.Contract}, func(tx *store.Tx, _ time.Time) (entry, error) {
		added := support.Folder{Contract: f.Contract, Name: f.Name}
		if err := tx.AddFolder(&added); err != nil {
			return entry{}, err
		}
		*f = added
		return entry{"contract", f.Contract, map[string]any{"folder": f.ID}}, nil
	})
}

// RenameFolder gives a folder another name.
func (d *Desk) RenameFolder(ctx context.Context, by support.Actor, contract, folder int64, name string) error {
	if err := checkName(name, "name"); err != nil {
		return err
	}
	return d.onFolder(ctx, by, "rename_folder", contract, folder, nil, func(tx *store.Tx) error { return tx.RenameFolder(folder, name) })
}

// RemoveFolder removes a folder; its keys stay, and lie in none.
func (d *Desk) RemoveFolder(ctx context.Context, by support.Actor, contract, folder int64) error {
	return d.onFolder(ctx, by, "remove_folder", contract, folder, nil, func(tx *store.Tx) error { return tx.RemoveFolder(folder) })
}

// OpenFolder opens all that is and will be in a folder to an SLA of its contract
// (R03, R04).
func (d *Desk) OpenFolder(ctx context.Context, by support.Actor, contract, folder, contact int64) error {
	return d.onFolder(ctx, by, "open_folder", contract, folder, map[string]any{"contact": contact}, func(tx *store.Tx) error {
		if err := secondary(tx, contract, contact); err != nil {
			return err
		}
		return tx.OpenFolder(folder, contact)
	})
}

// CloseFolder takes it back; single keys that were opened stay so.
func (d *Desk) CloseFolder(ctx context.Context, by support.Actor, contract, folder, contact int64) error {
	return d.onFolder(ctx, by, "close_folder", contract, folder, map[string]any{"contact": contact}, func(tx *store.Tx) error {
		return tx.CloseFolder(folder, contact)
	})
}

// onFolder changes a folder, which must be the contract's.
func (d *Desk) onFolder(ctx context.Context, by support.Actor, act string, contract, folder int64, body map[string]any,
	do func(tx *store.Tx) error) error {
	return d.change(ctx, by, act, about{contract: contract}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if _, err := folderOf(tx, contract, folder); err != nil {
			return entry{}, err
		}
		said := map[string]any{"folder": folder}
		for name, v := range body {
			said[name] = v
		}
		return entry{"contract", contract, said}, do(tx)
	})
}

// folderOf finds a folder of a contract.
func folderOf(tx *store.Tx, contract, folder int64) (support.Folder, error) {
	all, err := tx.Folders(contract)
	if err != nil {
		return support.Folder{}, err
	}
	i := slices.IndexFunc(all, func(f support.Folder) bool { return f.ID == folder })
	if i < 0 {
		return support.Folder{}, wrong(support.NotFound, "folder", "folder.unknown")
	}
	return all[i], nil
}
