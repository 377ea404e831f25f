package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// licenceCmd is licence keys and their folders, over the API.
type licenceCmd struct {
	remote
	Add    licenceAddCmd    `cmd:"" help:"Add a licence key to a contract (licence team)."`
	Open   licenceOpenCmd   `cmd:"" help:"Open a key, or a folder, to a secondary licence administrator."`
	Close  licenceCloseCmd  `cmd:"" help:"Take a key, or a folder, back from them."`
	Change licenceChangeCmd `cmd:"" help:"Write label, host, site or a note to a key."`
	Move   licenceMoveCmd   `cmd:"" help:"Put a key into a folder, or out of all."`
	Folder licenceFolderCmd `cmd:"" help:"Folders of keys that are opened together."`
}

// inContract is the flag that names a contract.
type inContract struct {
	Contract string `required:"" help:"Number of the contract." placeholder:"NUMBER"`
}

type licenceAddCmd struct {
	inContract
	Key     string `arg:"" help:"The key."`
	Product string `required:"" help:"Key of the product." placeholder:"KEY"`
	Release string `name:"product-version" help:"Version of the product." placeholder:"VERSION"`
	Units   int    `required:"" help:"How many units (CPUs) it is for." placeholder:"N"`
}

func (c *licenceAddCmd) act(s *session) error {
	n := client.NewLicence{Key: c.Key, Product: c.Product, Version: c.Release, Units: c.Units}
	return s.contract(s.client.AddLicence(s.ctx, c.Contract, n))
}

// opened is a key or a folder, and to whom it opens or closes.
type opened struct {
	inContract
	Key    string `arg:"" optional:"" help:"The key; left out with --folder."`
	Folder string `help:"Name or id of the folder, instead of a key." placeholder:"NAME"`
	To     string `required:"" help:"Customer number of the secondary licence administrator." placeholder:"NUMBER"`
}

// carry does one of two things: to the key, or to the folder.
func (o opened) carry(s *session, key, folder func(what string) (client.Contract, error)) error {
	switch {
	case (o.Key == "") == (o.Folder == ""):
		return mistake{s.word("error.key_or_folder")}
	case o.Key != "":
		return s.contract(key(o.Key))
	}
	id, err := s.folder(o.Contract, o.Folder)
	if err != nil {
		return err
	}
	return s.contract(folder(id))
}

type licenceOpenCmd struct{ opened }

func (c *licenceOpenCmd) act(s *session) error {
	return c.carry(s,
		func(key string) (client.Contract, error) { return s.client.OpenLicence(s.ctx, c.Contract, key, c.To) },
		func(id string) (client.Contract, error) { return s.client.OpenFolder(s.ctx, c.Contract, id, c.To) })
}

type licenceCloseCmd struct{ opened }

func (c *licenceCloseCmd) act(s *session) error {
	return c.carry(s,
		func(key string) (client.Contract, error) { return s.client.CloseLicence(s.ctx, c.Contract, key, c.To) },
		func(id string) (client.Contract, error) { return s.client.CloseFolder(s.ctx, c.Contract, id, c.To) })
}

type licenceChangeCmd struct {
	inContract
	Key   string  `arg:"" help:"The key."`
	Label *string `help:"A short name." placeholder:"TEXT"`
	Host  *string `help:"Host on which it runs." placeholder:"NAME"`
	Site  *string `help:"Where that stands." placeholder:"NAME"`
	Note  *string `help:"A note." placeholder:"TEXT"`
}

func (c *licenceChangeCmd) act(s *session) error {
	change := client.LicenceChange{Label: c.Label, Host: c.Host, Site: c.Site, Note: c.Note}
	if change == (client.LicenceChange{}) {
		return mistake{s.word("error.no_change")}
	}
	return s.contract(s.client.ChangeLicence(s.ctx, c.Contract, c.Key, change))
}

type licenceMoveCmd struct {
	inContract
	Key    string `arg:"" help:"The key."`
	Folder string `help:"Name or id of the folder; in none when left out." placeholder:"NAME"`
}

func (c *licenceMoveCmd) act(s *session) error {
	id := ""
	if c.Folder != "" {
		var err error
		if id, err = s.folder(c.Contract, c.Folder); err != nil {
			return err
		}
	}
	return s.contract(s.client.MoveLicence(s.ctx, c.Contract, c.Key, id))
}

// licenceFolderCmd is the folders themselves.
type licenceFolderCmd struct {
	Add    folderAddCmd    `cmd:"" help:"Add a folder."`
	Rename folderRenameCmd `cmd:"" help:"Give a folder another name."`
	Remove folderRemoveCmd `cmd:"" help:"Remove a folder; its keys stay."`
}

type folderAddCmd struct {
	inContract
	Name string `arg:"" help:"Its name."`
}

func (c *folderAddCmd) act(s *session) error {
	return s.contract(s.client.AddFolder(s.ctx, c.Contract, c.Name))
}

type folderRenameCmd struct {
	inContract
	Folder string `arg:"" help:"Name or id of the folder."`
	Name   string `arg:"" help:"Its name from now on."`
}

func (c *folderRenameCmd) act(s *session) error {
	id, err := s.folder(c.Contract, c.Folder)
	if err != nil {
		return err
	}
	return s.contract(s.client.RenameFolder(s.ctx, c.Contract, id, c.Name))
}

type folderRemoveCmd struct {
	inContract
	Folder string `arg:"" help:"Name or id of the folder."`
}

func (c *folderRemoveCmd) act(s *session) error {
	id, err := s.folder(c.Contract, c.Folder)
	if err != nil {
		return err
	}
	return s.contract(s.client.RemoveFolder(s.ctx, c.Contract, id))
}

// folder finds a folder's id by its name; what is no name is taken for an id.
func (s *session) folder(contract, name string) (string, error) {
	k, err := s.client.Contract(s.ctx, contract)
	if err != nil {
		return "", err
	}
	for _, f := range k.Folders {
		if f.Name == name {
			return f.ID, nil
		}
	}
	return name, nil
}

// writeLicences writes a contract's keys, those of each folder together.
func writeLicences(w io.Writer, v lang.Voice, k client.Contract) {
	l := v.Lang
	for _, f := range append([]client.Folder{{}}, k.Folders...) {
		rows := [][]string{{word(l, "licence"), word(l, "product"), word(l, "units"), word(l, "state"), word(l, "label"), word(l, "releases"), word(l, "opened_to")}}
		for _, x := range k.Licences {
			if x.Folder == f.ID {
				rows = append(rows, licenceRow(v, x))
			}
		}
		if f.ID != "" {
			fmt.Fprintf(w, "%s: %s  %s  %s\n", word(l, "folder"), line(f.Name), f.ID, people(f.OpenedTo))
		}
		if len(rows) > 1 {
			table(w, rows)
		}
	}
}

func licenceRow(v lang.Voice, x client.Licence) []string {
	l := v.Lang
	key, state := x.Key, word(l, "licence.live")
	if x.Hidden {
		key = word(l, "licence.hidden")
	}
	if x.Superseded {
		state = strings.TrimSpace(word(l, "licence.superseded") + " " + strings.Join(x.SupersededBy, ", "))
	}
	var releases []string
	for _, r := range x.Releases {
		if r.Available {
			releases = append(releases, r.Version+" ("+word(l, "release."+r.Kind)+")")
		}
	}
	return []string{key, strings.TrimSpace(v.Named("product", x.Product) + " " + x.Version), strconv.Itoa(x.Units), state,
		strings.Join(nonEmpty(x.Label, x.Host, x.Site), ", "), strings.Join(releases, ", "), people(x.OpenedTo)}
}
