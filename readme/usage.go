package readme

import (
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func usageKind() kind {
	example := cty.ObjectWithOptionalAttrs(map[string]cty.Type{
		"title": cty.String, "language": cty.String, "code": cty.String,
	}, []string{"title", "language"})
	return kind{
		name: "usage", heading: "Usage",
		doc:     "How to use the project: text, commands and code; from the package's __main__.py when nothing is given.",
		example: "section \"usage\" {\n  body     = \"Run all stages:\"\n  commands = [\"python -m churn\"]\n}\n",
		attrs: []schema.Attr{
			{Name: "body", Type: cty.String, Default: "nothing", Doc: "Markdown that comes first."},
			commandsAttr("derived from the managed files, when there is no body and no example"),
			{
				Name: "examples", Type: cty.List(example), Default: "none",
				Doc: "Code, each with a `title` (plain text, a heading of its own) and a `language` (`text` when left out).",
			},
		},
		render: renderUsage,
	}
}

func renderUsage(r *request) []block {
	out := r.body(r.level)
	if list := commands(r); list != nil {
		out = append(out, shell(list...))
	}
	for _, f := range r.objects("examples") {
		out = append(out, codeExample(f, r.level)...)
		r.adopt(f)
	}
	if out != nil {
		return out
	}
	pkg := r.project.Package
	if r.firstFile("src/"+pkg+"/__main__.py", pkg+"/__main__.py") == "" {
		r.fail("", "No managed file shows how the project is used", "Give a body, commands or examples")
		return nil
	}
	return []block{shell(toolchainOf(r).run + "python -m " + pkg + " --help")}
}

var language = lazy.Regexp(`^[A-Za-z0-9_+#.-]+$`)

func codeExample(f *fields, level int) []block {
	title, lang, code := f.line("title"), first(f.line("language"), "text"), f.text("code")
	if code == "" {
		f.failIn("code", "is missing", "Every example needs code")
	}
	if !language().MatchString(lang) {
		f.failIn("language", "is not a language", "Write one word, such as python")
	}
	var out []block
	if title != "" {
		out = append(out, heading(min(level+1, 6), title))
	}
	return append(out, fence(lang, code))
}
