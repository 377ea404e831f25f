package tidy

import "strings"

func plantedCode() []planted {
	const pure, shell = "internal/support/a.go", "internal/api/a.go"
	const head = "// Package support is.\npackage support\n\n"
	imports := func(name string) string { return head + "import _ \"" + name + "\"\n" }
	return []planted{
		one("parse", "expected", pure, "package support\n\nfunc {\n"),
		one("layout", "internal/utils is not in the layout", "internal/utils/a.go", "package utils\n"),
		one("layout", "internal/support may not import internal/store", pure, imports("madoguchi/internal/store")),
		one("layout", "internal/support may not use the module of golang.org/x/text/width", pure, imports("golang.org/x/text/width")),
		one("layout", "internal/api may not use the module of pgregory.net/rapid", shell, imports("pgregory.net/rapid")),
		one("pure", "may not import os", pure, imports("os")),
		one("pure", "may not import net/http", pure, imports("net/http")),
		one("pure", "may not import math/rand/v2", pure, imports("math/rand/v2")),
		one("pure", "may not import context", pure, imports("context")),
		one("pure", "time.Now reads a clock", pure, head+"import \"time\"\n\nfunc f() time.Time { return time.Now() }\n"),
		one("pure", "time.LoadLocation depends on the host", pure, head+"import \"time\"\n\nvar f = time.LoadLocation\n"),
		one("pure", "it starts a goroutine", pure, head+"func f() { go f() }\n"),
		one("doors", "opens a transaction", shell, "package api\n\nimport \"madoguchi/internal/store\"\n\nfunc f(tx store.Tx) {}\n"),
		one("modules", "the module of example.com/x has no reason", pure, imports("example.com/x")),
		one("modules", "the direct module example.com/y has no reason", "go.mod", "module madoguchi\n\nrequire example.com/y v1.0.0\n"),
		one("modules", "replaced module", "go.mod", "module madoguchi\n\nreplace example.com/y => ../y\n"),
		{"contributing", "does not name internal/support", map[string]string{"CONTRIBUTING.md": "# C\n\n`internal/store`\n", pure: head}},
		one("size", "the file has 601 lines", pure, head+strings.Repeat("\n", 598)),
		one("size", "the function f has 71 lines", pure, head+"func f() {"+strings.Repeat("\n", 70)+"}\n"),
		one("names", "the name util says nothing", "internal/support/util.go", head),
		one("names", "the name helpers says nothing", "internal/helpers/a_test.go", "package helpers\n"),
		one("names", "ends in Manager", pure, head+"type RequestManager struct{}\n"),
		one("names", "ends in Data", pure, head+"type requestData struct{}\n"),
		one("names", "begins with Get", pure, head+"func GetRequest() {}\n"),
		one("names", "holds the word sla", pure, head+"type t struct { SLADue int }\n"),
		one("names", "holds the word breached", pure, head+"func f() { breachedAt := 1; _ = breachedAt }\n"),
		one("names", "holds the word license", pure, head+"const LicenseKey = 1\n"),
		one("names", "holds the word ticket", pure, head+"func f(ticketID int) {}\n"),
		one("names", "holds the word handover", pure, head+"var handover int\n"),
		one("messages", "a text says \"SLA\"", pure, head+"const a = \"the SLA is over\"\n"),
		one("messages", "a text says \"license\"", pure, head+"const a = `no license here`\n"),
		one("messages", "the document says \"tickets\"", "docs/a.md", "# A\n\nMany tickets.\n"),
		one("package-comments", "internal/support has no package comment", pure, "package support\n"),
		one("doc-comments", "name F has no doc", pure, head+"func F() {}\n"),
		one("doc-comments", "name T has no doc", pure, head+"type T int\n"),
		one("doc-comments", "name C has no doc", pure, head+"const (\n\t// B is.\n\tB = 1\n\tC = 2\n)\n"),
		one("doc-comments", "name M has no doc", pure, head+"// T is.\ntype T int\n\nfunc (*T) M() {}\n"),
		one("promises", "it says FIX"+"ME", "docs/a.md", "# A\n\nFIX"+"ME later\n"),
		one("global-state", "init runs by itself", pure, head+"func init() {}\n"),
		one("global-state", "variable cache is made to change", pure, head+"import \"sync\"\n\nvar cache sync.Map\n"),
		one("global-state", "variable seen is changed", pure, head+"var seen = map[int]bool{}\n\nfunc f() { seen[1] = true }\n"),
		one("global-state", "variable n is changed", pure, head+"var n int\n\nfunc f() { n++ }\n"),
		one("global-state", "variable m is changed", pure, head+"var m = map[int]int{}\n\nfunc f() { delete(m, 1) }\n"),
		one("global-state-list", "zones, which is gone", pure, head+"var other int\n"),
		one("tests-do-not-hide", "the test sleeps", "internal/support/a_test.go", "package support\n\nfunc f() { time.Sleep(1) }\n"),
		one("tests-do-not-hide", "the test is skipped", "internal/support/a_test.go", "package support\n\nfunc f() { t.Skip() }\n"),
		one("tests-do-not-hide", "the test is skipped", "internal/store/storetest/a.go", "package storetest\n\nimport \"testing\"\n\nfunc f(t *testing.T) { t.Skip() }\n"),
		one("tests-run-side-by-side", "TestA does not run", "internal/support/a_test.go", "package support\n\nfunc TestA(t *testing.T) {}\n"),
		one("one-sql-text", "shared SQL says NOW()", "internal/store/a.go", "package store\n\nconst q = `UPDATE request SET due_at = NOW()`\n"),
		one("one-sql-text", "a LIMIT is a parameter by itself", "internal/store/a.go", "package store\n\nconst q = `SELECT id FROM request LIMIT $1`\n"),
		one("one-sql-text", "shared SQL says FOR UPDATE", "internal/store/a.go", "package store\n\nconst q = `SELECT id FROM request FOR UPDATE`\n"),
		one("one-sql-text", "shared SQL says CURRENT_TIMESTAMP", "internal/store/migrations/001.sql", "at DEFAULT CURRENT_TIMESTAMP\n"),
	}
}

func plantedTexts() []planted {
	pair := func(rule, want, readme, ci string) planted {
		return planted{rule, want, map[string]string{"README.md": readme, ".ci/run": ci}}
	}
	return []planted{
		one("documents", "has one title", "docs/a.md", "# A\n\n# B\n"),
		one("documents", "has one title", "docs/a.md", "text\n```\n# not a title\n```\n"),
		one("documents", "ends in blanks", "docs/a.md", "# A\n\ntext  \n"),
		one("links", "b.md#part leads nowhere", "docs/a.md", "# A\n\n[b](b.md#part)\n"),
		one("changelog", "a release reads otherwise", "CHANGELOG.md", "# C\n\n## v1.0\n"),
		one("changelog", "an entry reads otherwise", "CHANGELOG.md", "# C\n\n## Unreleased\n\n* x\n"),
		one("decisions", "the name of a decision", "docs/decisions/1-x.md", "# X\n"),
		one("decisions", "its sections are not", "docs/decisions/001-x.md", "# X\n\n## Decision\n"),
		{"decisions", "its number is taken", map[string]string{"docs/decisions/001-x.md": "# X\n", "docs/decisions/001-y.md": "# Y\n"}},
		pair("readme", "does not show make test", "# M\n\nmake run\n", "\nmake test\n"),
		pair("readme", "does not run what the README says", "# M\n\nmake run\nmake test\n", "go test\n"),
		{"targets", "no target make tests", map[string]string{"Makefile": "test: ## run\n", "docs/a.md": "# A\n\nrun `make tests`\n"}},
		one("targets", "does not list the target test", "Makefile", "test:\n"),
		one("licence", "not the text of the Apache", "LICENSE", "Apache License, more or less\n"),
		one("places", "a place on one machine", "docs/a.md", "# A\n\nsee /ro"+"ot/x\n"),
		one("places", "a place on one machine", "Makefile", "X := /ho"+"me/me/bin\n"),
		one("places", "a place on one machine", "docs/a.md", "# A\n\nsee ../sha"+"red/x\n"),
		one("places", "a place on one machine", "package-lock.json", "\"resolved\": \"http://1"+"0.0.0.1/x\"\n"),
	}
}

func plantedGuide() []planted {
	const test = "package support\n\n// guide: R28\nfunc TestTurn(t *testing.T) { t.Parallel() }\n"
	const code = "package support\n\nvar a = 1 < 2\nvar b = 2 < 3\n"
	tree := func(want, line, test string) planted {
		return planted{"guide-table", want, map[string]string{
			"docs/guide.md": goodGuide(line), "internal/support/a_test.go": test, "internal/support/a.go": code}}
	}
	const proof, mutant = "| R28 | t | `internal/support: TestTurn/x` ", "| `internal/support/a.go: \"1 < 2\" -> \"1 > 2\"` |"
	note := func(want, comment string) planted {
		return one("guide-comments", want, "internal/support/testdata/a.txtar", "# guide: R28\n"+comment+"\n")
	}
	people := func(want, proof, test string) planted {
		return planted{"people-table", want, map[string]string{"docs/ux.md": goodPeople(proof), "internal/support/a_test.go": test}}
	}
	return []planted{
		one("people-table", "it is missing", "go.mod", "module madoguchi\n"),
		one("people-table", "each id once", "docs/ux.md", strings.Split(goodPeople("not yet"), "| UX-30")[0]),
		people("names no test", "somewhere", test),
		people("TestOther, which is gone", "`internal/support: TestOther`", test),
		people("does not say that it proves UX-01", "`internal/support: TestTurn`", test),
		one("guide-table", "it is missing", "go.mod", "module madoguchi\n"),
		one("guide-table", "R56 is missing", "docs/guide.md", strings.Split(goodGuide(), "| R56")[0]),
		one("guide-table", "found A1 in the place of R56", "docs/guide.md", strings.Replace(goodGuide(), "| R56 | text | not yet | not yet |\n", "", 1)),
		tree("has 3 cells", "| R28 | t | not yet |", test),
		tree("the proof reads", "| R28 | t | somewhere "+mutant, test),
		tree("the mutant reads \"not yet\"", proof+"| not yet |", test),
		tree("it is not one code span", proof+"| internal/support/a.go: \"1\" -> \"2\" |", test),
		tree("no arrow", proof+"| `internal/support/a.go: \"1\" => \"2\"` |", test),
		tree("it spans lines", proof+"| `internal/support/a.go: \"1\\n2\" -> \"2\"` |", test),
		tree("TestTurn, which is gone", proof+mutant, "package support\n\n// guide: R28\n"),
		tree("says that it proves R28", proof+mutant, strings.Replace(test, "R28", "R29", 1)),
		tree("b.go, which is gone", proof+"| `internal/support/b.go: \"1\" -> \"2\"` |", test),
		tree("changes a test", proof+"| `internal/support/a_test.go: \"TestTurn\" -> \"TestTurns\"` |", test),
		tree("2 times, must be once", proof+"| `internal/support/a.go: \" < \" -> \" > \"` |", test),
		tree("0 times, must be once", proof+"| `internal/support/a.go: \"gone\" -> \"x\"` |", test),
		tree("changes nothing", proof+"| `internal/support/a.go: \"1 < 2\" -> \"1 < 2\"` |", test),
		note("R57 is no rule", "# guide: R57"),
		note("does not read like", "# guide: R28 and A5"),
		note("does not read like", "# guide:R28,A5"),
	}
}
