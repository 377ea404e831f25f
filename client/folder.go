package client

import (
	"context"
	"net/http"
	"net/url"
)

// Licence is a licence key that the caller may see (R03, R04). Key is empty and
// Hidden true as long as the agreement must be accepted before.
type Licence struct {
	Key          string    `json:"key,omitempty"`
	Hidden       bool      `json:"hidden,omitempty"`
	Product      string    `json:"product"`
	Version      string    `json:"version"`
	Units        int       `json:"units"`
	Superseded   bool      `json:"superseded,omitempty"`
	SupersededBy []string  `json:"superseded_by,omitempty"` // keys
	Folder       string    `json:"folder,omitempty"`        // id
	Label        string    `json:"label,omitempty"`
	Host         string    `json:"host,omitempty"`
	Site         string    `json:"site,omitempty"`
	Note         string    `json:"note,omitempty"`
	OpenedTo     []Person  `json:"opened_to,omitempty"`
	Releases     []Release `json:"releases,omitempty"`
}

// Release is a version that came after a licence's, and whether the contract
// gives it (R03).
type Release struct {
	Version   string `json:"version"`
	Kind      string `json:"kind"` // maintenance, minor, major
	Available bool   `json:"available"`
}

// Folder is licence keys that are opened together.
type Folder struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	OpenedTo []Person `json:"opened_to,omitempty"`
}

// NewLicence is a key to add to a contract: for the licence team.
type NewLicence struct {
	Key     string `json:"key"`
	Product string `json:"product"`
	Version string `json:"version,omitempty"`
	Units   int    `json:"units"`
}

// LicenceChange are what is written to a key; nil ones stay.
type LicenceChange struct {
	Label *string `json:"label,omitempty"`
	Host  *string `json:"host,omitempty"`
	Site  *string `json:"site,omitempty"`
	Note  *string `json:"note,omitempty"`
}

// onPapers changes what lies below a contract and gives the contract.
func (c *Client) onPapers(ctx context.Context, method, contract string, parts []string, body any) (Contract, error) {
	path := "/v1/contracts/" + url.PathEscape(contract)
	for _, p := range parts {
		path += "/" + url.PathEscape(p)
	}
	return call[Contract](ctx, c, method, path, body)
}

// AddLicence adds a key (R03, R07).
func (c *Client) AddLicence(ctx context.Context, contract string, l NewLicence) (Contract, error) {
	return c.onPapers(ctx, http.MethodPost, contract, []string{"licences"}, l)
}

// OpenLicence opens a key to a secondary licence administrator (R04).
func (c *Client) OpenLicence(ctx context.Context, contract, key, customerNumber string) (Contract, error) {
	return c.onPapers(ctx, http.MethodPut, contract, []string{"licences", key, "opened-to"}, map[string]string{"contact": customerNumber})
}

// CloseLicence takes it back.
func (c *Client) CloseLicence(ctx context.Context, contract, key, customerNumber string) (Contract, error) {
	return c.onPapers(ctx, http.MethodDelete, contract, []string{"licences", key, "opened-to", customerNumber}, nil)
}

// ChangeLicence writes label, host, site or a note to a key.
func (c *Client) ChangeLicence(ctx context.Context, contract, key string, change LicenceChange) (Contract, error) {
	return c.onPapers(ctx, http.MethodPatch, contract, []string{"licences", key}, change)
}

// MoveLicence puts a key into a folder; "" is none.
func (c *Client) MoveLicence(ctx context.Context, contract, key, folder string) (Contract, error) {
	return c.onPapers(ctx, http.MethodPut, contract, []string{"licences", key, "folder"}, map[string]string{"folder": folder})
}

// AddFolder adds a folder to a contract.
func (c *Client) AddFolder(ctx context.Context, contract, name string) (Contract, error) {
	return c.onPapers(ctx, http.MethodPost, contract, []string{"licence-folders"}, map[string]string{"name": name})
}

// RenameFolder gives a folder another name.
func (c *Client) RenameFolder(ctx context.Context, contract, folder, name string) (Contract, error) {
	return c.onPapers(ctx, http.MethodPatch, contract, []string{"licence-folders", folder}, map[string]string{"name": name})
}

// RemoveFolder removes a folder; its keys stay.
func (c *Client) RemoveFolder(ctx context.Context, contract, folder string) (Contract, error) {
	return c.onPapers(ctx, http.MethodDelete, contract, []string{"licence-folders", folder}, nil)
}

// OpenFolder opens all that is in a folder to a secondary licence administrator.
func (c *Client) OpenFolder(ctx context.Context, contract, folder, customerNumber string) (Contract, error) {
	return c.onPapers(ctx, http.MethodPut, contract, []string{"licence-folders", folder, "opened-to"}, map[string]string{"contact": customerNumber})
}

// CloseFolder takes it back.
func (c *Client) CloseFolder(ctx context.Context, contract, folder, customerNumber string) (Contract, error) {
	return c.onPapers(ctx, http.MethodDelete, contract, []string{"licence-folders", folder, "opened-to", customerNumber}, nil)
}
