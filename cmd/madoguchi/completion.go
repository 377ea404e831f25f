package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCmd prints what makes a shell complete our command lines. It is
// made from the commands themselves, so that it cannot fall behind them.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish. bash: source <(madoguchi completion bash)"`
}

// Run prints the shell's script.
func (c *completionCmd) Run(k *kong.Context, out io.Writer) error {
	places := walk(k.Model.Node, "", nil)
	var script string
	switch c.Shell {
	case "bash":
		script = bashScript(k.Model.Name, places)
	case "zsh":
		script = zshScript(k.Model.Name, places)
	default:
		script = fishScript(k.Model.Name, places)
	}
	_, err := io.WriteString(out, script)
	return err
}

// spot is one command with what may stand behind it. Path is its words below
// the program's name, with a space between.
type spot struct {
	path     string
	commands []offer
	flags    []flagOffer
	values   []offer // of the arguments, in the order of their places
}

// offer is a word and what it means.
type offer struct{ word, help string }

type flagOffer struct {
	offer
	takes  bool     // a value follows
	file   bool     // which is the name of a file or folder
	values []string // that it may have, when they are known
}

// walk visits the commands from the top; flags of a command hold below it too.
func walk(n *kong.Node, path string, inherited []flagOffer) []spot {
	here := spot{path: path, flags: append([]flagOffer(nil), inherited...)}
	for _, f := range n.Flags {
		if f.Hidden {
			continue
		}
		o := flagOffer{offer: offer{"--" + f.Name, f.Help}, takes: !f.IsBool(), file: f.PlaceHolder == "PATH" || f.Tag.Type != ""}
		if f.Enum != "" {
			o.values = nonEmpty(f.EnumSlice()...)
		}
		here.flags = append(here.flags, o)
	}
	for _, p := range n.Positional {
		if p.Enum != "" {
			for _, w := range nonEmpty(p.EnumSlice()...) {
				here.values = append(here.values, offer{w, ""})
			}
		}
	}
	var below []spot
	for _, child := range n.Children {
		if child.Hidden {
			continue
		}
		here.commands = append(here.commands, offer{child.Name, child.Help})
		below = append(below, walk(child, strings.TrimSpace(path+" "+child.Name), here.flags)...)
	}
	return append([]spot{here}, below...)
}

// words are everything that may be typed at a spot.
func (s spot) words() []offer {
	list := append(append([]offer(nil), s.commands...), s.values...)
	for _, f := range s.flags {
		list = append(list, f.offer)
	}
	return list
}

func (s spot) names() string {
	var names []string
	for _, o := range s.words() {
		names = append(names, o.word)
	}
	return strings.Join(names, " ")
}

// paths are the spots below the top, as alternatives of a shell's case.
func paths(list []spot) string {
	var out []string
	for _, s := range list {
		if s.path != "" {
			out = append(out, `"`+s.path+`"`)
		}
	}
	return strings.Join(out, "|")
}

// valueCases are a shell's cases for the words behind flags with known values,
// "spot flag" being matched; other flags that take a value offer files, or
// nothing.
func valueCases(list []spot, known, files string) string {
	var b strings.Builder
	for _, s := range list {
		for _, f := range s.flags {
			switch {
			case len(f.values) > 0:
				fmt.Fprintf(&b, "    %q) "+known+" ;;\n", s.path+" "+f.word, strings.Join(f.values, " "))
			case f.file:
				fmt.Fprintf(&b, "    %q) "+files+"; return ;;\n", s.path+" "+f.word)
			case f.takes:
				fmt.Fprintf(&b, "    %q) return ;;\n", s.path+" "+f.word)
			}
		}
	}
	return b.String()
}

func bashScript(name string, list []spot) string {
	var cases strings.Builder
	for _, s := range list {
		fmt.Fprintf(&cases, "    %q) words=%q ;;\n", s.path, s.names())
	}
	return fmt.Sprintf(`# %[1]s completion for bash
_%[1]s() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at='' next words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="${at:+$at }${COMP_WORDS[i]}"
    case $next in
    %[2]s) at=$next ;;
    esac
  done
  COMPREPLY=()
  case "$at $prev" in
%[3]s  esac
  case $at in
%[4]s  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _%[1]s %[1]s
`, name, paths(list), valueCases(list, `COMPREPLY=($(compgen -W %q -- "$cur")); return`, `compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur"))`), cases.String())
}

func zshScript(name string, list []spot) string {
	var cases strings.Builder
	for _, s := range list {
		fmt.Fprintf(&cases, "    %q) words_here=(", s.path)
		for _, o := range s.words() {
			fmt.Fprintf(&cases, "\n      %s", single(o.word+":"+o.help))
		}
		cases.WriteString(") ;;\n")
	}
	return fmt.Sprintf(`#compdef %[1]s
# %[1]s completion for zsh
_%[1]s() {
  local at='' next i
  local -a words_here
  for ((i = 2; i < CURRENT; i++)); do
    next="${at:+$at }${words[i]}"
    case $next in
    %[2]s) at=$next ;;
    esac
  done
  case "$at ${words[CURRENT-1]}" in
%[3]s  esac
  case $at in
%[4]s  esac
  _describe '%[1]s' words_here
}
if [[ ${funcstack[1]} == _%[1]s ]]; then
  _%[1]s "$@"
else
  compdef _%[1]s %[1]s
fi
`, name, paths(list), valueCases(list, `compadd -- %s; return`, `_files`), cases.String())
}

func fishScript(name string, list []spot) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# %[1]s completion for fish
function __%[1]s_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$at $word")
    contains -- $next $__%[1]s_spots; and set at $next
  end
  test "$at" = "$argv[1]"
end
set -g __%[1]s_spots`, name)
	for _, s := range list {
		if s.path != "" {
			fmt.Fprintf(&b, " '%s'", s.path)
		}
	}
	b.WriteString("\n")
	for _, s := range list {
		at := fmt.Sprintf(`-n "__%s_at '%s'"`, name, s.path)
		for _, o := range append(append([]offer(nil), s.commands...), s.values...) {
			fmt.Fprintf(&b, "complete -c %s -f %s -a %s -d %s\n", name, at, single(o.word), single(o.help))
		}
		for _, f := range s.flags {
			rest := ""
			switch {
			case len(f.values) > 0:
				rest = " -x -a " + single(strings.Join(f.values, " "))
			case f.file:
				rest = " -r -F"
			case f.takes:
				rest = " -x"
			}
			fmt.Fprintf(&b, "complete -c %s %s -l %s -d %s%s\n", name, at, strings.TrimPrefix(f.word, "--"), single(f.help), rest)
		}
	}
	return b.String()
}

// single quotes a text for zsh and fish; a quote in it becomes typographic,
// because the two escape it differently.
func single(text string) string {
	return "'" + strings.NewReplacer("'", "’", "\\", "", "\n", " ").Replace(text) + "'"
}
