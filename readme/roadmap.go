package readme

import (
	"slices"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
)

var issueNumber = lazy.Regexp(`^#?([1-9][0-9]{0,8})$`)

func optimizationsKind() kind {
	return kind{
		name: "optimizations", heading: "Optimizations",
		doc:     "What was made faster or cheaper, with the numbers before and after.",
		example: "section \"optimizations\" {\n  items = [{ what = \"Cached features\", before = \"90 s\", after = \"4 s\" }]\n}\n",
		attrs:   []schema.Attr{itemsAttr(record("what", "before?", "after?"), "Each is one line of Markdown; without any `before` and `after` they are a plain list.")},
		render:  renderOptimizations,
	}
}

func renderOptimizations(r *request) []block {
	var items []string
	g := newGrid(r.headers("Change", "Before", "After")...)
	r.items("items", func(f *fields) {
		items = append(items, f.needInline("what"))
		g.add(inlineCell(f.needInline("what")), inlineCell(f.inline("before")), inlineCell(f.inline("after")))
	})
	if slices.ContainsFunc(g.rows, func(row []string) bool { return row[1]+row[2] != "" }) {
		return []block{g.block()}
	}
	return []block{bullets(items, nil)}
}

func roadmapKind() kind {
	return kind{
		name: "roadmap", heading: "Roadmap",
		doc:     "What comes next, and what is done, as a list of tasks.",
		example: "section \"roadmap\" {\n  items = [\n    { text = \"Train on the new data\", done = true },\n    { text = \"Serve predictions\", issue = \"https://example.com/issues/12\" },\n  ]\n}\n",
		attrs: []schema.Attr{itemsAttr(record("text", "done!", "issue?"),
			"`text` is one line of Markdown; `issue` is the web address of the task's issue, or on GitHub its number.")},
		render: renderRoadmap,
	}
}

func renderRoadmap(r *request) []block {
	var items []string
	r.items("items", func(f *fields) {
		item := "[ ] "
		if f.flag("done", false) {
			item = "[x] "
		}
		items = append(items, item+f.needInline("text")+issueLink(r, f))
	})
	return []block{bullets(items, nil)}
}

// issueLink is a link to an issue in brackets, with a space before it, or "".
func issueLink(r *request, f *fields) string {
	issue := f.line("issue")
	number := issueNumber().FindStringSubmatch(issue)
	switch {
	case issue == "":
		return ""
	case number == nil:
		return " (" + linkTo(r.say("issue"), f.web("issue")) + ")"
	}
	page := githubRepository(r.project.Repository)
	if page == "" {
		f.failIn("issue", "is a number, and project.repository is no repository on GitHub", "Write the web address of the issue")
	}
	return " (" + linkTo("#"+number[1], page+"/issues/"+number[1]) + ")"
}
