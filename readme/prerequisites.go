package readme

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func prerequisitesKind() kind {
	return kind{
		name: "prerequisites", heading: "Prerequisites",
		doc:     "What must be there before the project is installed: Python, the package manager and Docker, as far as they are known, and more of your own.",
		example: "section \"prerequisites\" {\n  items = [{ name = \"Python\", version = \"3.12\" }, { name = \"CUDA\", version = \"12.4\", optional = true }]\n}\n",
		attrs: []schema.Attr{{
			Name: "items", Type: cty.List(record("name", "version?", "url?", "optional!", "note?")), Default: "derived from project.python and the managed files",
			Doc: "`name` and `version` are plain text, `url` is a web address, `note` one line of Markdown.",
		}},
		render: renderPrerequisites,
	}
}

func renderPrerequisites(r *request) []block {
	g := newGrid(r.headers("Name", "Version", "Required", "Note")...)
	list := r.objects("items")
	r.each(list, func(f *fields) {
		name := cell(f.need("name"))
		if dest := f.web("url"); dest != "" {
			name = linkTo(name, dest)
		}
		g.add(name, cell(f.line("version")), r.yesNo(!f.flag("optional", false)), inlineCell(f.inline("note")))
	})
	if len(list) == 0 {
		derivedPrerequisites(r, g)
	}
	if len(g.rows) == 0 {
		r.fail("", "Nothing shows what the project needs", "State project.python, or give items")
	}
	return []block{g.block()}
}

func derivedPrerequisites(r *request, g *grid) {
	if versions := r.project.Python; len(versions) > 0 {
		g.add("Python", cell(r.fact("python", alternatives(r.phrasebook, versions))), r.yesNo(true), "")
	}
	if tool, page := manager(toolchainOf(r)); tool != "" {
		g.add(linkTo(tool, page), "", r.yesNo(true), "")
	}
	if r.firstFile("Dockerfile", "Containerfile") != "" {
		g.add(linkTo("Docker", "https://docs.docker.com/get-started/get-docker/"), "", r.yesNo(false), "")
	}
}

// manager is the name and the page of what a toolchain needs beside Python.
func manager(t toolchain) (name, page string) {
	switch word, _, _ := strings.Cut(t.install, " "); word {
	case "uv":
		return "uv", "https://docs.astral.sh/uv/"
	case "poetry":
		return "Poetry", "https://python-poetry.org/docs/"
	case "pixi":
		return "pixi", "https://pixi.sh/"
	case "conda":
		return "conda", "https://docs.conda.io/"
	}
	return "", ""
}

func (p phrasebook) yesNo(b bool) string {
	if b {
		return p.say("yes")
	}
	return p.say("no")
}
