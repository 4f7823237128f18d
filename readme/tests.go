package readme

import "github.com/mlops-as-code/mlops/internal/schema"

func testsKind() kind {
	return kind{
		name: "tests", heading: "Tests",
		doc:     "How to run the tests: with nox, tox or pytest, whichever the managed files show.",
		example: "section \"tests\" {\n  commands = [\"make test\"]\n}\n",
		attrs:   []schema.Attr{commandsAttr("derived from the managed files")},
		render:  renderTests,
	}
}

func renderTests(r *request) []block {
	if list := commands(r); list != nil {
		return []block{shell(list...)}
	}
	run := toolchainOf(r).run
	switch {
	case r.has("noxfile.py"):
		return []block{shell(run + "nox")}
	case r.has("tox.ini"):
		return []block{shell(run + "tox")}
	case hasTest(r):
		return []block{shell(run + "python -m pytest")}
	}
	r.fail("", "No managed file is a test", "Give commands, or leave the section out")
	return nil
}
