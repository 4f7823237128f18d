package readme

import (
	"net/url"
	"path"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func notebooksKind() kind {
	return kind{
		name: "notebooks", heading: "Notebooks",
		doc:     "The notebooks, with badges that open them; all managed ones when nothing is given.",
		example: "section \"notebooks\" {\n  items = [{ path = \"notebooks/eda.ipynb\", title = \"First look at the data\" }]\n}\n",
		attrs: []schema.Attr{
			{
				Name: "items", Type: cty.List(record("path", "title?", "description?", "colab!", "binder!")), Default: "every managed .ipynb file",
				Doc: "`path` is relative to the project root, `title` plain text (the file's name when left out), `description` one line of Markdown; `colab` and `binder` add badges and need a repository on GitHub.",
			},
			{Name: "branch", Type: cty.String, Default: "`\"main\"`", Doc: "Branch that the badges open."},
		},
		render: renderNotebooks,
	}
}

var branchName = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9_./-]*$`)

func renderNotebooks(r *request) []block {
	branch := first(r.line("branch"), "main")
	if !branchName().MatchString(branch) {
		r.fail("branch", "The branch has no name that fits into an address", "Use letters, digits, dots, hyphens and slashes")
	}
	g := newGrid(r.headers("Notebook", "Description", "Open")...)
	list := r.objects("items")
	r.each(list, func(f *fields) {
		dest, file := r.path(f, "path"), f.need("path")
		title := first(f.line("title"), path.Base(file))
		g.add(linkTo(cell(title), dest), inlineCell(f.inline("description")), openBadges(r, f, branch))
	})
	if len(list) == 0 {
		for _, file := range r.project.Files {
			if path.Ext(file) == ".ipynb" {
				g.add(linkTo(cell(path.Base(file)), r.href(file)), "", "")
			}
		}
	}
	if g.rows == nil {
		r.fail("", "No managed file is a notebook", "Give items")
	}
	return []block{g.block()}
}

// openBadges are the badges that open a notebook.
func openBadges(r *request, f *fields, branch string) string {
	var badges []string
	page := strings.TrimPrefix(githubRepository(r.project.Repository), "https://github.com/")
	colab, binder := f.flag("colab", false), f.flag("binder", false)
	if page == "" && (colab || binder) {
		f.failIn("colab or binder", "needs a repository on GitHub", "State project.repository, or leave it out")
	}
	file := destination(strings.ReplaceAll(url.PathEscape(f.line("path")), "%2F", "/"))
	if colab {
		badges = append(badges, linkTo(image(r.say("Open in Colab"), "https://colab.research.google.com/assets/colab-badge.svg"),
			"https://colab.research.google.com/github/"+page+"/blob/"+branch+"/"+file))
	}
	if binder {
		badges = append(badges, linkTo(image(r.say("Open in Binder"), "https://mybinder.org/badge_logo.svg"),
			"https://mybinder.org/v2/gh/"+page+"/"+url.PathEscape(branch)+"?labpath="+destination(url.PathEscape(f.line("path")))))
	}
	return strings.Join(badges, " ")
}
