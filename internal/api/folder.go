package api

import (
	"context"
	"net/http"
	"slices"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

// folderView is licence keys that are opened together (R03, R04).
type folderView struct {
	ID       string   `json:"id" doc:"Opaque"`
	Name     string   `json:"name"`
	OpenedTo []person `json:"opened_to,omitempty"`
}

type folderBody struct {
	Name string `json:"name" maxLength:"200"`
}

type newFolderInput struct {
	OnContract
	Body folderBody
}

// OnFolder is an input that names a folder of a contract.
type OnFolder struct {
	OnContract
	Folder string `path:"folder" maxLength:"64"`
}

type renameFolderInput struct {
	OnFolder
	Body folderBody
}

type openedBody struct {
	Contact string `json:"contact" maxLength:"32" doc:"Customer number of a secondary licence administrator of the contract"`
}

type openFolderInput struct {
	OnFolder
	Body openedBody
}

type closeFolderInput struct {
	OnFolder
	Contact string `path:"contact" maxLength:"32" doc:"Customer number"`
}

// OnLicence is an input that names a key of a contract.
type OnLicence struct {
	OnContract
	Key string `path:"key" maxLength:"500" doc:"The licence key"`
}

type openInput struct {
	OnLicence
	Body openedBody
}

type closeInput struct {
	OnLicence
	Contact string `path:"contact" maxLength:"32" doc:"Customer number"`
}

// licenceChange are what is written to a key; absent ones stay.
type licenceChange struct {
	Label *string `json:"label,omitempty" maxLength:"500"`
	Host  *string `json:"host,omitempty" maxLength:"500" doc:"On which it runs"`
	Site  *string `json:"site,omitempty" maxLength:"500" doc:"Where that stands"`
	Note  *string `json:"note,omitempty" maxLength:"262144"`
}

type licenceChangeInput struct {
	OnLicence
	Body licenceChange
}

type licenceFolderInput struct {
	OnLicence
	Body struct {
		Folder string `json:"folder" maxLength:"64" doc:"Id of the folder; empty: in none"`
	}
}

func (s *server) folderRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/contracts/{contract}/licence-folders", id: "add-folder", summary: "Add a folder for licence keys",
		scope: auth.Write, permission: "add_folder", status: http.StatusCreated, tag: "contracts"},
		func(ctx context.Context, c *call, in *newFolderInput) (*body[contractView], error) {
			return c.onContract(ctx, in.Contract, func(row support.Contract) error {
				return s.desk.AddFolder(ctx, c.actor, &support.Folder{Contract: row.ID, Name: in.Body.Name})
			})
		})
	register(s, route{method: http.MethodPatch, path: "/v1/contracts/{contract}/licence-folders/{folder}", id: "rename-folder", summary: "Give a folder another name",
		scope: auth.Write, permission: "rename_folder", tag: "contracts"},
		func(ctx context.Context, c *call, in *renameFolderInput) (*body[contractView], error) {
			return c.onContract(ctx, in.Contract, func(row support.Contract) error {
				return s.desk.RenameFolder(ctx, c.actor, row.ID, folderID(in.Folder), in.Body.Name)
			})
		})
	register(s, route{method: http.MethodDelete, path: "/v1/contracts/{contract}/licence-folders/{folder}", id: "remove-folder", summary: "Remove a folder; its keys stay",
		scope: auth.Write, permission: "remove_folder", tag: "contracts"},
		func(ctx context.Context, c *call, in *OnFolder) (*body[contractView], error) {
			return c.onContract(ctx, in.Contract, func(row support.Contract) error {
				return s.desk.RemoveFolder(ctx, c.actor, row.ID, folderID(in.Folder))
			})
		})
	register(s, route{method: http.MethodPut, path: "/v1/contracts/{contract}/licence-folders/{folder}/opened-to", id: "open-folder", summary: "Open a folder to a secondary licence administrator",
		scope: auth.Write, permission: "open_folder", tag: "contracts"},
		func(ctx context.Context, c *call, in *openFolderInput) (*body[contractView], error) {
			row, contact, err := c.contractAndContact(ctx, in.Contract, in.Body.Contact)
			if err != nil {
				return nil, err
			}
			if err := s.desk.OpenFolder(ctx, c.actor, row.ID, folderID(in.Folder), contact); err != nil {
				return nil, err
			}
			return c.showContract(ctx, row)
		})
	register(s, route{method: http.MethodDelete, path: "/v1/contracts/{contract}/licence-folders/{folder}/opened-to/{contact}", id: "close-folder", summary: "Take a folder back from a secondary licence administrator",
		scope: auth.Write, permission: "close_folder", tag: "contracts"},
		func(ctx context.Context, c *call, in *closeFolderInput) (*body[contractView], error) {
			row, contact, err := c.contractAndContact(ctx, in.Contract, in.Contact)
			if err != nil {
				return nil, err
			}
			if err := s.desk.CloseFolder(ctx, c.actor, row.ID, folderID(in.Folder), contact); err != nil {
				return nil, err
			}
			return c.showContract(ctx, row)
		})
	s.keyRoutes()
}

// keyRoutes open and change single keys.
func (s *server) keyRoutes() {
	register(s, route{method: http.MethodPut, path: "/v1/contracts/{contract}/licences/{key}/opened-to", id: "open-licence", summary: "Open a licence key to a secondary licence administrator",
		scope: auth.Write, permission: "open_licence", tag: "contracts"},
		func(ctx context.Context, c *call, in *openInput) (*body[contractView], error) {
			return c.onKey(ctx, in.OnLicence, in.Body.Contact, func(id, contact int64) error { return s.desk.OpenLicence(ctx, c.actor, id, contact) })
		})
	register(s, route{method: http.MethodDelete, path: "/v1/contracts/{contract}/licences/{key}/opened-to/{contact}", id: "close-licence", summary: "Take a licence key back from a secondary licence administrator",
		scope: auth.Write, permission: "close_licence", tag: "contracts"},
		func(ctx context.Context, c *call, in *closeInput) (*body[contractView], error) {
			return c.onKey(ctx, in.OnLicence, in.Contact, func(id, contact int64) error { return s.desk.CloseLicence(ctx, c.actor, id, contact) })
		})
	register(s, route{method: http.MethodPatch, path: "/v1/contracts/{contract}/licences/{key}", id: "change-licence", summary: "Write label, host, site or a note to a licence key",
		scope: auth.Write, permission: "change_licence", tag: "contracts"},
		func(ctx context.Context, c *call, in *licenceChangeInput) (*body[contractView], error) {
			return c.onKey(ctx, in.OnLicence, "", func(id, _ int64) error {
				return s.desk.ChangeLicence(ctx, c.actor, id, desk.LicenceWords(in.Body))
			})
		})
	register(s, route{method: http.MethodPut, path: "/v1/contracts/{contract}/licences/{key}/folder", id: "move-licence", summary: "Put a licence key into a folder, or out of all",
		scope: auth.Write, permission: "move_licence", tag: "contracts"},
		func(ctx context.Context, c *call, in *licenceFolderInput) (*body[contractView], error) {
			return c.onKey(ctx, in.OnLicence, "", func(id, _ int64) error {
				folder := folderID(in.Body.Folder)
				if in.Body.Folder != "" && folder == 0 {
					folder = -1 // no folder has it, which the desk says to who may know
				}
				return s.desk.MoveLicence(ctx, c.actor, id, folder)
			})
		})
}

// folderID is 0 for what is no folder's id.
func folderID(s string) int64 {
	id, _ := parseOpaque("fld", s)
	return id
}

// onContract changes a contract and shows it.
func (c *call) onContract(ctx context.Context, number string, do func(support.Contract) error) (*body[contractView], error) {
	row, err := c.contractNamed(ctx, number)
	if err != nil {
		return nil, err
	}
	if err := do(row); err != nil {
		return nil, err
	}
	return c.showContract(ctx, row)
}

// onKey changes a key that the caller sees, and shows its contract. contact is
// "" for changes that name nobody.
func (c *call) onKey(ctx context.Context, in OnLicence, number string, do func(id, contact int64) error) (*body[contractView], error) {
	row, err := c.contractNamed(ctx, in.Contract)
	if err != nil {
		return nil, err
	}
	var contact int64
	if number != "" {
		if row, contact, err = c.contractAndContact(ctx, in.Contract, number); err != nil {
			return nil, err
		}
	}
	id, err := c.licenceOf(ctx, row.ID, in.Key)
	if err != nil {
		return nil, err
	}
	if err := do(id, contact); err != nil {
		return nil, err
	}
	return c.showContract(ctx, row)
}

// papers are the agreement, the licences in their folders and the incidents:
// those that the caller may see (R03, R04).
func (c *call) papers(ctx context.Context, n *names, v *contractView, row support.Contract, primary int64) error {
	admin := c.staff() || c.actor.ID == primary
	if err := c.promises(ctx, n, v, row.ID, admin); err != nil {
		return err
	}
	if err := c.folders(ctx, n, v, row.ID, admin); err != nil {
		return err
	}
	if err := c.licences(ctx, n, v, row, admin); err != nil || primary == 0 {
		return err
	}
	parties, err := c.store.Parties(ctx, insider, primary)
	if err != nil {
		return err
	}
	for _, h := range parties.Holdings {
		if h.Contract.ID != row.ID {
			continue
		}
		for _, p := range h.Packs {
			v.Incidents = append(v.Incidents, packView{
				Bought: p.Bought, Reserved: p.Reserved, Spent: p.Spent, Available: p.Available(), ExpiresAt: p.ExpiresAt,
			})
		}
	}
	return nil
}

func (c *call) folders(ctx context.Context, n *names, v *contractView, contract int64, admin bool) error {
	list, err := c.store.Folders(ctx, c.viewer, contract)
	for _, f := range list {
		shown := folderView{ID: opaque("fld", f.ID), Name: f.Name}
		if admin {
			shown.OpenedTo = n.people(f.OpenedTo)
		}
		v.Folders = append(v.Folders, shown)
	}
	return err
}

// licences are the keys that the caller may see; to customers their text is
// hidden as long as the pack wants the agreement accepted before.
func (c *call) licences(ctx context.Context, n *names, v *contractView, row support.Contract, admin bool) error {
	all, err := c.store.LicencesOf(ctx, insider, row.ID)
	if err != nil {
		return err
	}
	products, err := c.store.Products(ctx)
	if err != nil {
		return err
	}
	var mine []support.Licence
	var notes []int64
	held, parts := 0, map[int64][]string{}
	hidden := !c.staff() && v.Agreement != nil && v.Agreement.BeforeKeys && v.Agreement.AcceptedAt.IsZero()
	for _, l := range all {
		if !l.Superseded {
			held += l.Units
		}
		if !admin && !slices.Contains(l.OpenedTo, c.actor.ID) {
			continue
		}
		mine = append(mine, l)
		if l.Parent != 0 && !hidden {
			parts[l.Parent] = append(parts[l.Parent], l.Key)
		}
		if l.Note.ID != 0 {
			notes = append(notes, l.Note.ID)
		}
	}
	n.load(notes)
	offering := c.desk.Pack().Offerings[row.Offering]
	v.SupportAdmins.Max = offering.Admins(held)
	for _, l := range mine {
		shown := licence{
			Key: l.Key, Product: l.Product, Version: l.Version, Units: l.Units, Superseded: l.Superseded, SupersededBy: parts[l.ID],
			Folder: opaque("fld", l.Folder), Label: l.Label, Host: l.Host, Site: l.Site, Note: n.text(l.Note),
		}
		if hidden {
			shown.Key, shown.Hidden = "", true
		}
		if admin {
			shown.OpenedTo = n.people(l.OpenedTo)
		}
		i := slices.IndexFunc(products, func(p support.Product) bool { return p.Key == l.Product })
		if i >= 0 && !l.Superseded {
			for _, r := range support.Releases(row, offering, products[i], l.Version, c.desk.Now()) {
				shown.Releases = append(shown.Releases, releaseView(r))
			}
		}
		v.Licences = append(v.Licences, shown)
	}
	return nil
}
