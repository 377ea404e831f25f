package lang

import (
	"strconv"
	"strings"

	"madoguchi/internal/policy"
)

func instructionOf(p *policy.Pack, id string) policy.Instruction {
	for _, in := range p.Gathering.Instructions {
		if in.ID == id {
			return in
		}
	}
	return policy.Instruction{}
}

func platformOf(p *policy.Pack, id string) policy.Text {
	for _, x := range p.Gathering.Platforms {
		if x.ID == id {
			return x.Text
		}
	}
	return nil
}

// Only names the platforms and symptoms for which something is gathered; "" when
// it is gathered always.
func (v Voice) Only(platforms, symptoms []string) string {
	var out []string
	for _, id := range platforms {
		out = append(out, v.Named("platform", id))
	}
	for _, id := range symptoms {
		out = append(out, v.Named("symptom", id))
	}
	return strings.Join(out, v.Comma())
}

// Steps are the steps of an instruction, each with the symptom after which alone
// it is needed.
func (v Voice) Steps(in policy.Instruction) []string {
	out := []string{}
	for _, s := range in.Steps {
		text := s.Text.In(v.language())
		if len(s.Symptoms) > 0 {
			text = v.Message("gathering.step_only", args{"step": text, "only": v.Only(nil, s.Symptoms)})
		}
		out = append(out, text)
	}
	return out
}

// HowTo is how something is gathered, line by line: numbered steps, where it
// lies, what the file is called that results.
func (v Voice) HowTo(in policy.Instruction) []string {
	var out []string
	for i, s := range v.Steps(in) {
		out = append(out, v.Message("gathering.step", args{"n": itoa(i + 1), "step": s}))
	}
	if len(in.Places) > 0 {
		out = append(out, v.Message("gathering.places", args{"places": strings.Join(in.Places, " ")}))
	}
	if in.File != "" {
		out = append(out, v.Message("gathering.file", args{"file": in.File}))
	}
	return out
}

// Files says how large a file may go up directly, and what a larger one must be
// called; number is the request's, without hyphens, "" when there is none yet.
func (v Voice) Files(number string) string {
	if v.Pack == nil {
		return ""
	}
	u := v.Pack.Upload
	if number == "" {
		number = v.Message("gathering.number", nil)
	}
	a := args{"size": strconv.FormatInt(u.DirectMaxBytes/1_000_000, 10), "name": u.FileName(number, v.Message("gathering.own_name", nil))}
	return v.Message(either(u.Name == "", "gathering.files", "gathering.files_named"), a)
}
