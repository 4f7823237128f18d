package readme

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func projectTreeKind() kind {
	return kind{
		name: "project_tree", heading: "Project structure",
		doc:     "The managed files as a tree, with comments; never what else lies on the disk.",
		example: "section \"project_tree\" {\n  depth    = 2\n  exclude  = [\".github\"]\n  comments = { \"README.md\" = \"this file\" }\n}\n",
		attrs: []schema.Attr{
			{Name: "depth", Type: cty.Number, Default: "no limit", Doc: "How many levels are shown, 1 to 64."},
			{Name: "exclude", Type: cty.List(cty.String), Default: "none", Doc: "Globs of paths that are not shown, with what is below them; `**` stands for any folders."},
			{Name: "comments", Type: cty.Map(cty.String), Default: "none", Doc: "Plain text beside a path; every path must be in the tree."},
		},
		render: renderTree,
	}
}

// maxTreeDepth is more than any path has.
const maxTreeDepth = 64

// node is a path in the tree; a file has no children.
type node struct {
	path     string
	children map[string]*node
	dir      bool
}

func renderTree(r *request) []block {
	t := tree{depth: r.number("depth", 1, maxTreeDepth, maxTreeDepth), comments: r.pairs("comments")}
	exclude := r.texts("exclude")
	root := &node{dir: true}
	for _, pattern := range exclude {
		if !doublestar.ValidatePattern(pattern) {
			r.fail("exclude", fmt.Sprintf("%q is not a glob", pattern), "Write a path in which * stands for a name and ** for any folders")
			return nil
		}
	}
	for _, f := range r.project.Files {
		if !excluded(f, exclude) {
			root.insert(f)
		}
	}
	t.rows = []row{{text: first(r.fact("name", r.project.Name), ".") + "/"}}
	t.draw(root, "", 1)
	for _, p := range slices.Sorted(maps.Keys(t.comments)) {
		r.fail("comments", fmt.Sprintf("%q is not in the tree", p), "Name a managed path that is shown, or leave the comment out")
	}
	return []block{fence("text", t.text())}
}

// excluded reports whether a pattern matches the path or a folder above it.
func excluded(p string, patterns []string) bool {
	for i := 0; i <= len(p); i++ {
		if i < len(p) && p[i] != '/' {
			continue
		}
		for _, pattern := range patterns {
			if doublestar.MatchUnvalidated(strings.TrimSuffix(pattern, "/"), p[:i]) {
				return true
			}
		}
	}
	return false
}

func (n *node) insert(p string) {
	for start := 0; ; {
		end := strings.IndexByte(p[start:], '/')
		if end < 0 {
			// A .gitkeep only says that the folder is wanted.
			if name := p[start:]; name != ".gitkeep" {
				n.child(name, p)
			}
			return
		}
		n = n.child(p[start:start+end], p[:start+end])
		n.dir = true
		start += end + 1
	}
}

func (n *node) child(name, p string) *node {
	if n.children == nil {
		n.children = map[string]*node{}
	}
	c := n.children[name]
	if c == nil {
		c = &node{path: p}
		n.children[name] = c
	}
	return c
}

// tree is the drawing in the making.
type tree struct {
	depth    int
	comments map[string]string // those not yet used
	rows     []row
}

type row struct{ text, comment string }

// draw adds the rows below a folder.
func (t *tree) draw(n *node, indent string, level int) {
	names := slices.Sorted(maps.Keys(n.children))
	for i, name := range names {
		c := n.children[name]
		branch, below := "├── ", "│   "
		if i == len(names)-1 {
			branch, below = "└── ", "    "
		}
		if c.dir {
			name += "/"
		}
		t.rows = append(t.rows, row{indent + branch + name, t.comment(c)})
		if level < t.depth {
			t.draw(c, indent+below, level+1)
		}
	}
}

// comment takes the comment on a path, which may be written with a slash.
func (t *tree) comment(n *node) string {
	for _, key := range []string{n.path, n.path + "/"} {
		if c, has := t.comments[key]; has && (n.dir || key == n.path) {
			delete(t.comments, key)
			return c
		}
	}
	return ""
}

// text is the drawing with its comments in one column.
func (t *tree) text() string {
	column := 0
	for _, r := range t.rows {
		if r.comment != "" {
			column = max(column, utf8.RuneCountInString(r.text))
		}
	}
	var b strings.Builder
	for _, r := range t.rows {
		b.WriteString(r.text)
		if r.comment != "" {
			b.WriteString(strings.Repeat(" ", column-utf8.RuneCountInString(r.text)) + "  # " + r.comment)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
