package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func deploymentKind() kind {
	target := cty.ObjectWithOptionalAttrs(map[string]cty.Type{
		"name": cty.String, "text": cty.String, "commands": cty.List(cty.String), "url": cty.String,
	}, []string{"text", "commands", "url"})
	return kind{
		name: "deployment", heading: "Deployment",
		doc:     "How the project is brought to where it runs, for each target.",
		example: "section \"deployment\" {\n  targets = [{ name = \"Production\", commands = [\"make deploy\"], url = \"https://example.com\" }]\n}\n",
		attrs: []schema.Attr{{
			Name: "targets", Type: cty.List(target), Required: true,
			Doc: "`name` makes a heading, plain text; `text` is Markdown, `commands` are shell commands without a prompt, `url` is where it runs.",
		}},
		render: renderDeployment,
	}
}

func renderDeployment(r *request) []block {
	var out []block
	level := min(r.level+1, 6)
	r.items("targets", func(f *fields) {
		out = append(append(out, heading(level, f.need("name"))), f.markdown("text", level)...)
		if run := f.shellLines("commands"); len(run) > 0 {
			out = append(out, shell(run...))
		}
		if dest := f.web("url"); dest != "" {
			out = append(out, paragraph(r.say("It runs at <{1}>.", dest)))
		}
	})
	return out
}

func ciKind() kind {
	return kind{
		name: "ci", heading: "Continuous integration",
		doc:     "What runs by itself, and when.",
		example: "section \"ci\" {\n  items = [{ workflow = \"ci.yml\", trigger = \"each push\", does = \"Tests and checks.\" }]\n}\n",
		attrs: []schema.Attr{itemsAttr(record("workflow", "trigger?", "does"),
			"`workflow` is plain text and links to the managed file of that name in .github/workflows; `trigger` and `does` are one line of Markdown.")},
		render: func(r *request) []block {
			g := newGrid(r.headers("Workflow", "Runs on", "Does")...)
			r.items("items", func(f *fields) {
				name := f.need("workflow")
				shown := cell(name)
				if file := ".github/workflows/" + name; r.has(file) {
					shown = linkTo(shown, r.href(file))
				}
				g.add(shown, inlineCell(f.inline("trigger")), inlineCell(f.needInline("does")))
			})
			return []block{g.block()}
		},
	}
}
