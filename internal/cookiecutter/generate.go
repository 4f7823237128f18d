package cookiecutter

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/jinja"
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// generation is the work of rendering a project.
type generation struct {
	v    *variables
	env  *jinja.Environment
	vars map[string]pyvalue.Value
	// patterns are those of _copy_without_render.
	patterns []matcher
	// root is the template's root, project what its name renders to.
	root, project string
	// constant says that a name without any of marks renders to itself.
	marks    []string
	constant bool
	// dirs and files are what was made, with the source of each.
	dirs, files map[string]string
	out         []Output
	notes       []Note
	bytes       int64
}

func (v *variables) generate(ctx context.Context) (*Result, error) {
	g := &generation{v: v, dirs: map[string]string{}, files: map[string]string{}, notes: v.notes, vars: v.context()}
	var err error
	if g.patterns, err = v.patterns(); err != nil {
		return nil, err
	}
	if g.env, err = v.environment(g.load); err != nil {
		return nil, err
	}
	if err := g.findRoot(ctx); err != nil {
		return nil, err
	}
	if err := g.makeProject(ctx); err != nil {
		return nil, err
	}
	if err := g.walk(ctx, "", v.t.tree.dir(v.t.at(g.root))); err != nil {
		return nil, err
	}
	hooks, err := g.hooks(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(g.out, func(a, b Output) int { return cmp.Compare(a.Path, b.Path) })
	return &Result{
		Project: g.project, Template: v.t.dir, Files: g.out, Dirs: sortedNames(g.dirs),
		Variables: v.raw, Hooks: hooks, Notes: g.notes,
	}, nil
}

// findRoot is the folder whose name holds "cookiecutter" and delimiters. Cookiecutter
// takes the first in the order of the file system: of several, that is the first by name
// whose name renders, as another would be an error on every machine.
func (g *generation) findRoot(ctx context.Context) error {
	o, err := g.v.options()
	if err != nil {
		return err
	}
	start, end := cmp.Or(o.VariableStart, "{{"), cmp.Or(o.VariableEnd, "}}")
	g.marks = []string{start, cmp.Or(o.BlockStart, "{%"), cmp.Or(o.CommentStart, "{#"), "\r"}
	g.constant = o.LineStatementPrefix == "" && o.LineCommentPrefix == ""
	roots := slices.DeleteFunc(sortedNames(g.v.t.tree.dir(g.v.t.dir).dirs), func(name string) bool {
		return !strings.Contains(name, "cookiecutter") || !strings.Contains(name, start) || !strings.Contains(name, end)
	})
	if len(roots) == 0 {
		return refuse(g.v.t.at(manifestName), "beside it there is no folder named after the project, such as %scookiecutter.project%s", start, end)
	}
	g.root = roots[0]
	if len(roots) == 1 {
		return nil
	}
	if i := slices.IndexFunc(roots, func(name string) bool { _, err := g.projectOf(ctx, name); return err == nil }); i > 0 {
		g.root = roots[i]
	}
	for _, name := range roots {
		if name != g.root {
			g.notes = append(g.notes, Note{NoteRoot, g.v.t.at(name)})
		}
	}
	return nil
}

// source is a path of the root from the top of the tree.
func (g *generation) source(rel string) string { return path.Join(g.v.t.at(g.root), rel) }

// name renders a name. A fault is one of the source it belongs to.
func (g *generation) name(ctx context.Context, source, text string) (string, error) {
	if g.constant && !slices.ContainsFunc(g.marks, func(m string) bool { return strings.Contains(text, m) }) {
		return text, nil
	}
	t, err := g.env.Parse("", text)
	var s string
	if err == nil {
		s, err = g.v.meter.render(ctx, t, jinja.Input{
			Vars: g.vars, Random: g.v.in.random("name " + source),
			Limits: jinja.Limits{Steps: g.v.in.Limits.Steps, Output: 64 << 10},
		})
	}
	if err != nil {
		return "", engineError(source, "its name", err)
	}
	if strings.Contains(s, "\x00") {
		return "", refuse(source, "its name renders to one with a NUL byte")
	}
	if slices.Contains(strings.Split(s, "/"), "..") {
		return "", refuse(source, "its name renders to %q, which leads out of the project", s)
	}
	return s, nil
}

// projectOf is the project's folder that the name of a root renders to.
func (g *generation) projectOf(ctx context.Context, root string) (string, error) {
	src := g.v.t.at(root)
	s, err := g.name(ctx, src, root)
	if err != nil {
		return "", err
	}
	if path.IsAbs(s) {
		return "", refuse(src, "its name renders to %q, which leads out of the project", s)
	}
	if s = path.Clean(s); s == "." {
		return "", refuse(src, "its name renders to nothing, so that the project would have no folder")
	}
	return s, nil
}

func (g *generation) makeProject(ctx context.Context) error {
	project, err := g.projectOf(ctx, g.root)
	if err != nil {
		return err
	}
	g.project = project
	return g.mkdir(g.source(""), project)
}

// mkdir makes a directory and those above it; it must not be there yet.
func (g *generation) mkdir(src, dir string) error {
	if other, ok := g.dirs[dir]; ok {
		return refuse(src, "renders to the directory %s, which %s has made already", dir, other)
	}
	if strings.Count(dir, "/") >= g.v.in.Limits.Depth {
		return refuse(src, "renders to a directory more than %d deep", g.v.in.Limits.Depth)
	}
	for d := dir; d != "."; d = path.Dir(d) {
		if other, ok := g.files[d]; ok {
			return refuse(src, "renders to the directory %s, and %s to a file of that name", d, other)
		}
		if g.dirs[d] == "" {
			g.dirs[d] = src
		}
	}
	return g.count(src)
}

func (g *generation) count(src string) error {
	if len(g.dirs)+len(g.files) > g.v.in.Limits.Files {
		return refuse(src, "the project has more than %d files and directories", g.v.in.Limits.Files)
	}
	return nil
}

// walk renders what is in a directory of the root, as os.walk goes.
func (g *generation) walk(ctx context.Context, rel string, n *node) error {
	dirs, links, err := g.directories(n)
	if err != nil {
		return err
	}
	var rest []string
	for _, name := range sortedNames(dirs) {
		p := path.Join(rel, name)
		if !g.copied(p) {
			rest = append(rest, name)
			continue
		}
		if err := g.copyDir(ctx, p, dirs[name]); err != nil {
			return err
		}
	}
	for _, name := range rest {
		if err := g.renderDir(ctx, path.Join(rel, name)); err != nil {
			return err
		}
	}
	for _, name := range sortedNames(n.files) {
		if dirs[name] != nil {
			continue
		}
		if err := g.file(ctx, path.Join(rel, name), n.files[name]); err != nil {
			return err
		}
	}
	for _, name := range rest {
		if links[name] {
			g.notes = append(g.notes, Note{NoteLink, g.source(path.Join(rel, name))})
		} else if err := g.walk(ctx, path.Join(rel, name), dirs[name]); err != nil {
			return err
		}
	}
	return nil
}

// directories are those of n and the links to some.
func (g *generation) directories(n *node) (dirs map[string]*node, links map[string]bool, err error) {
	dirs, links = n.dirs, map[string]bool{}
	for name, f := range n.files {
		if f.Link == "" {
			continue
		}
		_, to, err := g.v.t.tree.follow(f)
		if err != nil {
			return nil, nil, err
		}
		if to == nil {
			continue
		}
		if len(links) == 0 {
			dirs = make(map[string]*node, len(n.dirs)+1)
			for k, v := range n.dirs {
				dirs[k] = v
			}
		}
		dirs[name], links[name] = to, true
	}
	return dirs, links, nil
}

func (g *generation) renderDir(ctx context.Context, rel string) error {
	src := g.source(rel)
	s, err := g.name(ctx, src, g.project+"/"+rel)
	if err != nil {
		return err
	}
	dir := path.Clean(s)
	if dir != g.project && !strings.HasPrefix(dir, g.project+"/") {
		return refuse(src, "its name renders to %q, which leads out of the project", s)
	}
	if last := s[strings.LastIndexByte(s, '/')+1:]; last == "" || last == "." {
		return refuse(src, "the directory's name renders to nothing, where Cookiecutter stops, too: "+
			"\"directory already exists\"; it takes other answers, or a template that puts the condition into file names")
	}
	return g.mkdir(src, dir)
}

// file copies or renders one file.
func (g *generation) file(ctx context.Context, rel string, f *File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	src := g.source(rel)
	s, err := g.name(ctx, src, rel)
	if err != nil {
		return err
	}
	if path.IsAbs(s) {
		return refuse(src, "its name renders to %q, an absolute path, which leads out of the project", s)
	}
	f, _, err = g.v.t.tree.follow(f)
	if err != nil {
		return err
	}
	target := path.Join(g.project, s)
	if last := s[strings.LastIndexByte(s, '/')+1:]; last == "" || last == "." {
		if g.dirs[target] == "" {
			return refuse(src, "renders to the directory %s, which is not there", target)
		}
		g.notes = append(g.notes, Note{NoteSkipped, src})
		return nil
	}
	content := f.Content
	switch {
	case g.copied(rel):
		g.notes = append(g.notes, Note{NoteCopied, src})
	case !isBinary(content):
		if content, err = g.text(ctx, rel, f.Content); err != nil {
			return err
		}
	}
	return g.put(Output{target, content, f.Executable, src})
}

// text renders the text of a file and gives it its line ending.
func (g *generation) text(ctx context.Context, rel string, content []byte) ([]byte, error) {
	src := g.source(rel)
	if !utf8.Valid(content) {
		return nil, notText(src, content, "the text is not UTF-8: name the file in _copy_without_render, so that it is copied as it is")
	}
	t, err := g.env.Parse(rel, string(content))
	var s string
	if err == nil {
		s, err = g.v.meter.render(ctx, t, jinja.Input{
			Vars: g.vars, Random: g.v.in.random("file " + rel),
			Limits: jinja.Limits{Steps: g.v.in.Limits.Steps, Output: max(1, g.v.in.Limits.Bytes-g.bytes)},
		})
	}
	if err != nil {
		return nil, g.located(src, err)
	}
	end, err := g.lineEnd(content)
	if err != nil {
		return nil, err
	}
	if end != "\n" {
		s = strings.ReplaceAll(s, "\n", end)
	}
	return []byte(s), nil
}

// lineEnd is that of _new_lines, if it is set, or the template's own.
func (g *generation) lineEnd(content []byte) (string, error) {
	x, ok := g.v.raw.GetStr("_new_lines")
	if ok {
		on, err := pyvalue.Truth(g.v.budget, x)
		if err != nil {
			return "", err
		}
		ok = on
	}
	if !ok {
		return newline(content), nil
	}
	s, _ := pyvalue.TextOf(x)
	if s != "\n" && s != "\r\n" && s != "\r" {
		return "", g.v.refuse("_new_lines", `_new_lines must be "\n", "\r\n" or "\r"`)
	}
	return s, nil
}

// put adds a file to the result. What is there already is never replaced.
func (g *generation) put(o Output) error {
	if other, ok := g.files[o.Path]; ok {
		return refuse(o.Source, "renders to %s, as %s does: one of them would be lost", o.Path, other)
	}
	if other, ok := g.dirs[o.Path]; ok {
		return refuse(o.Source, "renders to %s, which %s has made a directory: it would be lost", o.Path, other)
	}
	if dir := path.Dir(o.Path); g.dirs[dir] == "" {
		return refuse(o.Source, "renders to %s, and there is no directory %s", o.Path, dir)
	}
	if g.bytes += int64(len(o.Content)); g.bytes > g.v.in.Limits.Bytes {
		return refuse(o.Source, "the project is larger than %d bytes", g.v.in.Limits.Bytes)
	}
	g.files[o.Path] = o.Source
	g.out = append(g.out, o)
	return g.count(o.Source)
}
