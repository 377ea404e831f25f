package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// defectCmd is defects as engineering follows them, over the API.
type defectCmd struct {
	remote
	List    defectListCmd    `cmd:"" help:"List defects, what changed last first."`
	Show    defectShowCmd    `cmd:"" help:"Show a defect: its requests, how far they were told, its history."`
	Report  defectReportCmd  `cmd:"" help:"Report a defect to engineering."`
	Change  defectChangeCmd  `cmd:"" help:"Change a defect; linked requests are told when it is decided."`
	Comment defectCommentCmd `cmd:"" help:"Write into its history."`
	Redact  defectRedactCmd  `cmd:"" help:"Erase texts of its history for good, also on linked requests."`
}

type defectListCmd struct {
	Product  string `help:"Key of a product." placeholder:"KEY"`
	State    string `help:"open, or a state: reported, confirmed, fixing, fixed, wont_fix, rejected." enum:",open,reported,confirmed,fixing,fixed,wont_fix,rejected" default:"" placeholder:"STATE"`
	Severity int    `help:"Engineering's severity, 1 to 4." placeholder:"N"`
	pageFlags
}

func (c *defectListCmd) act(s *session) error {
	page, err := s.client.Defects(s.ctx, client.DefectFilter{
		Product: c.Product, State: c.State, Severity: c.Severity, After: c.After, Limit: int(c.Limit),
	})
	if err != nil {
		return err
	}
	return s.showNamed(page, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "number"), word(l, "severity.short"), word(l, "state"), word(l, "product"), word(l, "defect.linked"), word(l, "title")}}
		for _, d := range page.Defects {
			rows = append(rows, []string{d.Defect, strconv.Itoa(d.Severity), defectState(v, d.State, d.FixedIn), v.Named("product", d.Product), strconv.Itoa(d.Linked), d.Title})
		}
		writePage(w, v, rows, page.Next)
	})
}

func defectState(v lang.Voice, state, fixedIn string) string {
	return strings.Join(nonEmpty(v.Word("defect_state", state), fixedIn), ", ")
}

// onDefect is the argument that names a defect.
type onDefect struct {
	Defect string `arg:"" help:"Number of the defect, such as D-1001."`
}

func (s *session) defect(d client.Defect) error {
	return s.showNamed(d, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		fmt.Fprintf(w, "%s  %s\n", d.Defect, line(d.Title))
		pairs(w, []pair{
			{word(l, "state"), defectState(v, d.State, d.FixedIn)},
			{word(l, "severity"), strconv.Itoa(d.Severity)},
			{word(l, "product"), strings.Join(nonEmpty(v.Named("product", d.Product), strings.Join(d.Versions, ", ")), " ")},
			{word(l, "defect.public"), d.PublicTitle},
			{word(l, "defect.linked"), strconv.Itoa(d.Linked)},
			{word(l, "head.requests_of"), strings.Join(d.Requests, ", ")},
			{word(l, "changed"), v.Date(d.ChangedAt)},
		})
		paragraph(w, "  │ ", d.Text)
		writeRuns(w, v, d.Runs)
		for _, p := range d.History {
			fmt.Fprintf(w, "  %3d  %s  %s: %s\n", p.Seq, v.Date(p.At), whoDid(v, p.By), did(v, p.Kind, groundIn(p.Data)))
			for _, t := range texts(p.Data) {
				paragraph(w, "       │ ", t)
			}
		}
	})
}

// whoDid is who did something to what is no request.
func whoDid(v lang.Voice, by client.By) string {
	return cmp.Or(by.Name, v.Word("actor", by.Kind))
}

// did is what somebody did, and on which ground if it was erasing.
func did(v lang.Voice, act, ground string) string {
	if ground != "" {
		ground = v.Word("redaction_ground", ground)
	}
	return strings.Join(nonEmpty(v.Word("act", act), ground), ": ")
}

// groundIn is the ground on which texts were erased; "": none were.
func groundIn(data json.RawMessage) string {
	var said struct {
		Ground string `json:"ground"`
	}
	_ = json.Unmarshal(data, &said) // what has no ground has another shape too
	return said.Ground
}

// writeRuns writes how far each command is that goes to many requests.
func writeRuns(w io.Writer, v lang.Voice, runs []client.Run) {
	for _, r := range runs {
		fmt.Fprintf(w, "  "+word(v.Lang, "run."+r.State)+"\n", v.Date(r.StartedAt), r.Done, r.Total, r.Skipped, r.Failed)
	}
}

type defectShowCmd struct{ onDefect }

func (c *defectShowCmd) act(s *session) error {
	return give(s.defect)(s.client.Defect(s.ctx, c.Defect))
}

type defectReportCmd struct {
	Product  string   `arg:"" help:"Key of the product."`
	Title    string   `arg:"" help:"What is wrong, in engineering's words."`
	Severity int      `help:"For engineering, 1 (the worst) to 4." default:"3" placeholder:"N"`
	Versions []string `name:"affects" help:"Versions that are affected." placeholder:"VERSION"`
	Public   string   `help:"What customers of linked requests read." placeholder:"TEXT"`
	Text     string   `help:"Description." placeholder:"TEXT"`
}

func (c *defectReportCmd) act(s *session) error {
	d, err := s.client.ReportDefect(s.ctx, client.NewDefect{
		Product: c.Product, Versions: c.Versions, Severity: c.Severity, Title: c.Title, PublicTitle: c.Public, Text: c.Text,
	})
	if err != nil {
		return err
	}
	return s.defect(d)
}

type defectChangeCmd struct {
	onDefect
	State    *string   `help:"reported, confirmed, fixing, fixed, wont_fix or rejected." placeholder:"STATE"`
	FixedIn  *string   `help:"The production release with the fix." placeholder:"RELEASE"`
	Severity *int      `help:"For engineering, 1 to 4." placeholder:"N"`
	Versions *[]string `name:"affects" help:"Versions that are affected." placeholder:"VERSION"`
	Title    *string   `help:"Engineering's words." placeholder:"TEXT"`
	Public   *string   `help:"What customers of linked requests read." placeholder:"TEXT"`
	Text     *string   `help:"Description." placeholder:"TEXT"`
	Reason   string    `help:"Stands in the history." placeholder:"TEXT"`
}

func (c *defectChangeCmd) act(s *session) error {
	d, err := s.client.ChangeDefect(s.ctx, c.Defect, client.DefectChange{
		State: c.State, FixedIn: c.FixedIn, Severity: c.Severity, Versions: c.Versions, Title: c.Title, PublicTitle: c.Public, Text: c.Text, Reason: c.Reason,
	})
	if err != nil {
		return err
	}
	return s.defect(d)
}

type defectCommentCmd struct {
	onDefect
	textArg
}

func (c *defectCommentCmd) act(s *session) error {
	text, err := c.words(s)
	if err != nil {
		return err
	}
	return give(s.defect)(s.client.CommentDefect(s.ctx, c.Defect, text))
}

type defectRedactCmd struct {
	onDefect
	redactFlags
	Entry int64 `arg:"" help:"Number of the entry; 'defect show' lists them."`
}

func (c *defectRedactCmd) act(s *session) error {
	return give(s.defect)(s.client.RedactDefect(s.ctx, c.Defect, c.Entry, c.redaction()))
}

type requestLinkCmd struct {
	onRequest
	onDefect
	Remove bool   `help:"Take the link back."`
	Reason string `help:"Why it is taken back." placeholder:"TEXT"`
}

func (c *requestLinkCmd) act(s *session) error {
	if c.Remove {
		return c.withdraw(s, "defects/"+c.Defect, client.Reason{Reason: c.Reason})
	}
	return c.send(s, "defects", client.DefectLink{Defect: c.Defect})
}

// writeDefects writes the defects to which a request is linked.
func writeDefects(w io.Writer, v lang.Voice, list []client.LinkedDefect) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(w, word(v.Lang, "head.defects"))
	for _, d := range list {
		title := d.Title
		if d.InternalTitle != "" {
			title = d.InternalTitle
		}
		fmt.Fprintf(w, "  %s  %s  %s\n", d.Defect, defectState(v, d.State, d.FixedIn), line(title))
	}
}
