package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func cliKind() kind {
	return kind{
		name: "cli", heading: "Commands",
		doc:     "The commands that the project brings.",
		example: "section \"cli\" {\n  items = [{ name = \"churn train\", usage = \"churn train [--seed N]\", description = \"Trains the model.\" }]\n}\n",
		attrs: []schema.Attr{itemsAttr(record("name", "usage?", "description"),
			"`name` and `usage` are code, `description` is one line of Markdown.")},
		render: func(r *request) []block {
			g := newGrid(r.headers("Command", "Usage", "Description")...)
			r.items("items", func(f *fields) {
				g.add(codeCell(f.need("name")), codeCell(f.line("usage")), inlineCell(f.needInline("description")))
			})
			return []block{g.block()}
		},
	}
}

func tasksKind() kind {
	return kind{
		name: "tasks", heading: "Tasks",
		doc:     "What can be run with make, just, nox, tox or another runner.",
		example: "section \"tasks\" {\n  runner = \"make\"\n  items  = [{ name = \"train\", description = \"Trains the model.\" }]\n}\n",
		attrs: []schema.Attr{
			{
				Name: "runner", Type: cty.String, Default: "derived from a managed Makefile, justfile, noxfile.py, tox.ini or Taskfile.yml",
				Doc: "What stands before the name of a task, such as `make`.",
			},
			itemsAttr(record("name", "description"), "`name` is code, `description` one line of Markdown."),
		},
		render: renderTasks,
	}
}

func renderTasks(r *request) []block {
	runner := r.line("runner")
	for _, t := range [][2]string{
		{"Makefile", "make"}, {"justfile", "just"}, {"noxfile.py", "nox --session"}, {"tox.ini", "tox run -e"}, {"Taskfile.yml", "task"},
	} {
		if runner == "" && r.has(t[0]) {
			runner = t[1]
		}
	}
	if runner == "" {
		r.fail("runner", "No managed file shows what runs the tasks", "Give runner, such as make")
	}
	g := newGrid(r.headers("Command", "Description")...)
	r.items("items", func(f *fields) {
		g.add(codeCell(runner+" "+f.need("name")), inlineCell(f.needInline("description")))
	})
	return []block{g.block()}
}
