package main

import (
	"fmt"
	"io"
	"os"

	"madoguchi/internal/desk/smarthost"
)

// mailCmd is what has to be known about mails outside the desk.
type mailCmd struct {
	DKIM mailDKIMCmd `cmd:"" name:"dkim" help:"Print the DNS record by which others believe the signature of mails; makes the key when it is absent."`
}

// mailDKIMCmd works on a file and needs no desk.
type mailDKIMCmd struct {
	Sender       string `help:"Address that mails come from, as for serve." required:"" env:"MADOGUCHI_SENDER" placeholder:"ADDRESS"`
	DKIMKey      string `name:"dkim-key" help:"File of the private key, as for serve." required:"" env:"MADOGUCHI_DKIM_KEY" type:"path" placeholder:"FILE"`
	DKIMSelector string `name:"dkim-selector" help:"First part of the record's name." default:"madoguchi" env:"MADOGUCHI_DKIM_SELECTOR" placeholder:"NAME"`
}

// Run prints the record as it stands in the file of a zone.
func (c *mailDKIMCmd) Run(out io.Writer) error {
	made, err := smarthost.MakeKey(c.DKIMKey)
	if err != nil {
		return mistake{err.Error()}
	}
	signer, err := smarthost.NewSigner(c.DKIMKey, c.DKIMSelector, c.Sender)
	if err != nil {
		return mistake{err.Error()}
	}
	name, text, err := signer.Record()
	if err != nil {
		return err
	}
	if made {
		fmt.Fprintln(os.Stderr, "a new key is in "+c.DKIMKey)
	}
	_, err = fmt.Fprintf(out, "%s. IN TXT (%s)\n", name, quotedParts(text))
	return err
}

// quotedParts writes a text as DNS holds it, in parts of at most 255 bytes.
func quotedParts(text string) string {
	const most = 250
	out := ""
	for len(text) > most {
		out += ` "` + text[:most] + `"`
		text = text[most:]
	}
	return out + ` "` + text + `" `
}
