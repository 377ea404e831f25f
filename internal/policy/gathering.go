package policy

import (
	"fmt"
	"slices"
	"strings"
)

// GatheringRules says what helps with a technical request and how it is
// gathered, by product, platform and what happened (R17). The zero value: the
// groups of [IntakeRules] are told and no steps.
type GatheringRules struct {
	// Platforms are those on which something lies: what the product runs on, and
	// what runs in it.
	Platforms []Platform `json:"platforms" pack:"required"`
	// Symptoms are what may have happened, as far as something else is gathered
	// then.
	Symptoms []Item `json:"symptoms" pack:"required"`
	// Changes are the kinds of recent changes.
	Changes      []Item        `json:"changes" pack:"required"`
	Instructions []Instruction `json:"instructions" pack:"required"`
	Guide        []string      `json:"guide" pack:"required,form=guide"`
}

// Platform is an operating system, with the side of the product that it is on.
type Platform struct {
	Item
	Side string `json:"side" pack:"required,enum=host|guest"`
}

// Instruction is one thing to gather and the steps that lead to it. Empty lists
// narrow nothing.
type Instruction struct {
	Item
	Group     string   `json:"group" pack:"required,ref=gather"` // of intake.gather
	Products  []string `json:"products,omitempty" pack:"ref=products"`
	Versions  []string `json:"versions,omitempty"`
	Platforms []string `json:"platforms,omitempty" pack:"ref=platforms"`
	Symptoms  []string `json:"symptoms,omitempty" pack:"ref=symptoms"`
	Steps     []Step   `json:"steps,omitzero"`
	// Places are files and folders as they are called there.
	Places []string `json:"places,omitempty"`
	// File is what the file is called that results.
	File string `json:"file,omitempty"`
}

// Step is one step of an instruction. Symptoms are those after which alone it
// is needed; empty: always.
type Step struct {
	Text     Text     `json:"text" pack:"required"`
	Symptoms []string `json:"symptoms,omitempty" pack:"ref=symptoms"`
}

// FileName is what a file must be called that goes by one of the ways for larger
// ones: number is the request's, file the file's own name.
func (u UploadRules) FileName(number, file string) string {
	return strings.NewReplacer("{number}", number, "{file}", file).Replace(u.Name)
}

// gathering prints how each thing is gathered (R17).
func (e *explainer) gathering() {
	g := e.p.Gathering
	if len(g.Instructions) == 0 {
		return
	}
	e.list("changes", g.Changes)
	e.list("symptoms", g.Symptoms)
	e.line("### %s\n", capital(e.say("instructions")))
	for _, in := range g.Instructions {
		e.bullet(strings.TrimSuffix(e.in(in.Text), ".")+e.needed(in.Platforms, in.Symptoms), in.Guide, in.Sample)
		for _, s := range in.Steps {
			e.line("  - %s%s", strings.TrimSuffix(e.in(s.Text), "."), e.needed(nil, s.Symptoms))
		}
		if len(in.Places) > 0 {
			e.line("  - %s", e.named("places", "`"+strings.Join(in.Places, "` `")+"`"))
		}
		if in.File != "" {
			e.line("  - %s", e.named("file", "`"+in.File+"`"))
		}
	}
	e.line("")
}

// needed names the platforms and symptoms for which something is gathered.
func (e *explainer) needed(platforms, symptoms []string) string {
	var names []string
	for _, s := range e.p.Gathering.Platforms {
		if slices.Contains(platforms, s.ID) {
			names = append(names, e.in(s.Text))
		}
	}
	for _, s := range e.p.Gathering.Symptoms {
		if slices.Contains(symptoms, s.ID) {
			names = append(names, e.in(s.Text))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return e.brackets(strings.Join(names, separator(e.lang)))
}

// gathering: every group and every platform has an instruction, and no instruction
// is called like something else that an ask may name.
func (l *linter) gathering() {
	g := l.p.Gathering
	if len(g.Instructions) == 0 {
		return
	}
	taken := []string{"people"}
	for _, it := range l.p.CS.Items {
		taken = append(taken, it.ID)
	}
	groups, platforms := map[string]bool{}, map[string]bool{}
	for i, in := range g.Instructions {
		groups[in.Group] = true
		for _, s := range in.Platforms {
			platforms[s] = true
		}
		if slices.Contains(taken, in.ID) {
			l.say(fmt.Sprintf("gathering.instructions[%d]", i), "%q is asked for as something else already: give the instruction another id", in.ID)
		}
	}
	for i, it := range l.p.Intake.Gather {
		if !groups[it.ID] {
			l.say(fmt.Sprintf("intake.gather[%d]", i), "no instruction says how to gather %q: add one with group: %s, or take it out here", it.ID, it.ID)
		}
	}
	for i, s := range g.Platforms {
		if !platforms[s.ID] {
			l.say(fmt.Sprintf("gathering.platforms[%d]", i), "nothing is gathered on %q: name it in an instruction, or remove it", s.ID)
		}
	}
}
