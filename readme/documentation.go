package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func documentationKind() kind {
	return kind{
		name: "documentation", heading: "Documentation",
		doc:     "Where the documentation is: on the web, in the project's docs folder, or both.",
		example: "section \"documentation\" {\n  url   = \"https://example.com/docs\"\n  items = [{ text = \"Tutorial\", url = \"https://example.com/tutorial\" }]\n}\n",
		attrs: []schema.Attr{
			{Name: "url", Type: cty.String, Default: "none", Doc: "Web address of the documentation."},
			{Name: "local", Type: cty.String, Default: "docs/index.md or docs/README.md, when it is managed", Doc: "Path of the documentation in the project."},
			{Name: "items", Type: cty.List(linkType()), Default: "none", Doc: "Further links: " + linkDoc},
		},
		render: renderDocumentation,
	}
}

func renderDocumentation(r *request) []block {
	var out []block
	var lead []string
	if dest := r.web("url"); dest != "" {
		lead = append(lead, r.say("Read the [documentation]({1}).", dest))
	}
	local := r.path(&r.fields, "local")
	if file := r.firstFile("docs/index.md", "docs/README.md"); local == "" && file != "" {
		local = r.href(file)
	}
	if local != "" {
		lead = append(lead, r.say("The [source of the documentation]({1}) is part of this repository.", local))
	}
	if lead != nil {
		out = append(out, paragraph(r.sentences(lead...)))
	}
	if list := r.objects("items"); len(list) > 0 {
		out = append(out, linkList(r, list))
	}
	if out == nil {
		r.fail("", "Nothing says where the documentation is", "Give url, local or items")
	}
	return out
}

func changelogKind() kind {
	version := cty.ObjectWithOptionalAttrs(map[string]cty.Type{
		"version": cty.String, "date": cty.String, "changes": cty.List(cty.String),
	}, []string{"date"})
	return kind{
		name: "changelog", heading: "Changelog",
		doc:     "What changed: a link to the managed CHANGELOG.md, or the latest versions.",
		example: "section \"changelog\" {\n  versions = [{ version = \"1.1.0\", date = \"2026-05-02\", changes = [\"Half the memory.\"] }]\n}\n",
		attrs: []schema.Attr{
			{Name: "file", Type: cty.String, Default: "CHANGELOG.md, CHANGES.md or HISTORY.md, when it is managed", Doc: "Path of the changelog, relative to the project root."},
			{Name: "versions", Type: cty.List(version), Default: "none", Doc: "Versions that get a heading each: `version` and `date` are plain text, `changes` are lines of Markdown."},
		},
		render: renderChangelog,
	}
}

func renderChangelog(r *request) []block {
	var out []block
	r.each(r.objects("versions"), func(f *fields) {
		title := f.need("version")
		if date := f.line("date"); date != "" {
			title += " (" + date + ")"
		}
		out = append(out, heading(min(r.level+1, 6), title))
		if changes := f.inlines("changes"); len(changes) > 0 {
			out = append(out, bullets(changes, nil))
		}
	})
	dest := r.path(&r.fields, "file")
	if file := r.firstFile("CHANGELOG.md", "CHANGES.md", "HISTORY.md"); dest == "" && file != "" {
		dest = r.href(file)
	}
	switch {
	case dest != "":
		out = append([]block{paragraph(r.say("All changes are in the [changelog]({1}).", dest))}, out...)
	case out == nil:
		r.fail("", "No managed file is a changelog", "Give file or versions")
	}
	return out
}
