package cookiecutter

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/internal/jinja"
)

func TestRandomComesFromTheSeed(t *testing.T) {
	t.Parallel()
	tpl := open(t,
		text("cookiecutter.json", `{"name": "p", "secret": "{{ random_ascii_string(12) }}"}`),
		text("{{cookiecutter.name}}/a", "{{ cookiecutter.secret }} {{ uuid4() }} {{ random_ascii_string(20, punctuation=True) }} {{ random_ascii_string(0) }}|"),
		text("{{cookiecutter.name}}/b", "{{ uuid4() }} {{ uuid4() }} {{ [1,2,3]|random }}"))
	render := func(seed uint64) string {
		res, err := tpl.Generate(context.Background(), Input{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return string(res.Files[0].Content) + "\n" + string(res.Files[1].Content)
	}
	one := render(1)
	uuid := `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`
	if !regexp.MustCompile(`^[a-zA-Z]{12} ` + uuid + ` [!-~]{20} \|\n` + uuid + ` ` + uuid + ` [123]$`).MatchString(one) {
		t.Error(one)
	}
	ids := regexp.MustCompile(uuid).FindAllString(one, -1)
	if ids[0] == ids[1] || ids[1] == ids[2] {
		t.Error("drawn twice:", ids)
	}
	if again := render(1); again != one {
		t.Error("the same seed gives another result")
	}
	if other := render(2); other == one {
		t.Error("another seed gives the same result")
	}
}

func TestNotesAndHooks(t *testing.T) {
	t.Parallel()
	tpl := open(t,
		text("cookiecutter.json", `{"name": "p", "_copy_without_render": ["raw", "*.html"]}`),
		text("hooks/post_gen_project.py", "print()\n"), text("hooks/pre_gen_project.sh", ""), text("hooks/pre_prompt", ""),
		text("hooks/pre_prompt.py~", ""), text("hooks/helper.py", ""),
		text("{{cookiecutter.name}}/raw/x", ""), text("{{cookiecutter.name}}/i.html", ""),
		text("{{cookiecutter.name}}/{% if false %}gone{% endif %}", ""),
		File{Path: "{{cookiecutter.name}}/link", Link: "raw"},
		text("{{cookiecutter.other}}/x", ""))
	res, err := tpl.Generate(context.Background(), Input{Overrides: map[string]any{"nope": 1}})
	if err != nil {
		t.Fatal(err)
	}
	root := "{{cookiecutter.name}}/"
	want := []Note{
		{NoteIgnored, "nope"},
		{NoteRoot, "{{cookiecutter.other}}"},
		{NoteCopied, root + "raw"},
		{NoteCopied, root + "i.html"},
		{NoteSkipped, root + "{% if false %}gone{% endif %}"},
		{NoteLink, root + "link"},
	}
	if diff := cmp.Diff(want, res.Notes); diff != "" {
		t.Error(diff)
	}
	var hooks []string
	for _, h := range res.Hooks {
		hooks = append(hooks, h.Name+" "+h.Path+" "+h.Digest[:8])
	}
	if diff := cmp.Diff([]string{
		"pre_prompt hooks/pre_prompt e3b0c442", "pre_gen_project hooks/pre_gen_project.sh e3b0c442",
		"post_gen_project hooks/post_gen_project.py d8594fa1",
	}, hooks); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"p", "p/link", "p/raw"}, res.Dirs); diff != "" {
		t.Error(diff)
	}
}

// Of several folders that could be the root, the first by name is taken whose name gives
// a project.
func TestSeveralRoots(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ folders, project, err string }{
		"the first":           {"{{cookiecutter.b}} {{cookiecutter.name}}", "q", ""},
		"undefined":           {"{{cookiecutter.a}} {{cookiecutter.name}}", "p", ""},
		"no syntax":           {"{{cookiecutter.%}} {{cookiecutter.name}}", "p", ""},
		"nothing":             {"{{cookiecutter.empty}} {{cookiecutter.name}}", "p", ""},
		"leads out":           {"{{cookiecutter.abs}} {{cookiecutter.up}} {{cookiecutter.z}}", "r", ""},
		"none":                {"{{cookiecutter.a}} {{cookiecutter.up}}", "", "{{cookiecutter.a}}: its name: UndefinedError"},
		"costs what is there": {"{{cookiecutter.a~'x'*99999999}} {{cookiecutter.name}}", "p", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := []File{text("cookiecutter.json", `{"name": "p", "b": "q", "z": "r", "empty": "", "abs": "/etc", "up": "../x"}`)}
			for folder := range strings.FieldsSeq(c.folders) {
				files = append(files, text(folder+"/f", ""))
			}
			res, err := open(t, files...).Generate(context.Background(), Input{})
			switch {
			case c.err != "":
				if err == nil || !strings.HasPrefix(err.Error(), c.err) {
					t.Error(err)
				}
			case err != nil:
				t.Error(err)
			case res.Project != c.project || len(res.Notes) != len(strings.Fields(c.folders))-1:
				t.Errorf("project %s, notes %v", res.Project, res.Notes)
			}
		})
	}
}

func TestGitCommit(t *testing.T) {
	t.Parallel()
	tpl := open(t, text("cookiecutter.json", `{"name": "p", "_extensions": ["jinja2_git.GitExtension"]}`),
		text("{{cookiecutter.name}}/f", "{% gitcommit %} {% gitcommit true %}"))
	res, err := tpl.Generate(context.Background(), Input{Commit: "0123456789abcdef"})
	if err != nil || string(res.Files[0].Content) != "0123456789abcdef 0123456" {
		t.Errorf("%v, %v", res, err)
	}
	if _, err := tpl.Generate(context.Background(), Input{}); err == nil || !strings.Contains(err.Error(), "the template has no commit") {
		t.Error(err)
	}
}

func TestBombs(t *testing.T) {
	t.Parallel()
	many := []File{text("cookiecutter.json", `{"name": "p"}`)}
	for _, c := range "abcdefgh" {
		many = append(many, text("{{cookiecutter.name}}/"+string(c), "{{ 'x' * 1000 }}"))
	}
	for name, c := range map[string]struct {
		files []File
		want  string
	}{
		"steps":    {[]File{text("cookiecutter.json", `{"name": "p"}`), text("{{cookiecutter.name}}/f", "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}")}, "f:1:"},
		"variable": {[]File{text("cookiecutter.json", `{"name": "{{ 'x' * 99999999 }}"}`), text("{{cookiecutter.name}}/f", "")}, `variable "name": LimitError`},
		"name":     {[]File{text("cookiecutter.json", `{"name": "p"}`), text("{{cookiecutter.name}}/{{ 'x' * 70000 }}", "")}, "its name: LimitError"},
		"bytes":    {many, "limit"},
		"deep":     {[]File{text("cookiecutter.json", `{"name": "p", "d": "a`+strings.Repeat("/a", 99)+`"}`), text("{{cookiecutter.name}}/{{cookiecutter.d}}/f", "")}, "more than 64 deep"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, err := open(t, c.files...).Generate(context.Background(), Input{Limits: Limits{Bytes: 5000, Steps: 100_000}})
			if err == nil || res != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := open(t, many...).Generate(ctx, Input{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestErrorHasAPlace(t *testing.T) {
	t.Parallel()
	tpl := open(t, text("cookiecutter.json", `{"name": "p"}`), text("{{cookiecutter.name}}/f", "a\nb {{ 1 / 0 }}"))
	_, err := tpl.Generate(context.Background(), Input{})
	var e *Error
	var j *jinja.Error
	if !errors.As(err, &e) || e.Path != "{{cookiecutter.name}}/f" || e.Line != 2 || !errors.As(err, &j) || j.Class != "ZeroDivisionError" {
		t.Errorf("%#v", err)
	}
}

func TestTreeRefuses(t *testing.T) {
	t.Parallel()
	for want, files := range map[string][]File{
		"not a path inside":    {text("../x", "")},
		"\"/x\": not a path":   {text("/x", "")},
		"\"a//b\": not a path": {text("a//b", "")},
		"\"\": not a path":     {text("", "")},
		"twice":                {text("a", ""), text("a", "")},
		"a is a file":          {text("a", ""), text("a/b", "")},
		"in the template":      {text("a/b", ""), text("a", "")},
		"directories deep":     {text("a"+strings.Repeat("/a", 64), "")},
		"than 3 files":         {text("a", ""), text("b", ""), text("c", ""), text("d", "")},
		"larger than 9 bytes":  {text("a", "12345"), text("b", "12345")},
	} {
		if _, err := NewTree(files, Limits{Files: 3, Bytes: 9}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestReadTree(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"cookiecutter.json":           {Data: []byte(`{"name": "p"}`)},
		".git/config":                 {Data: []byte("no")},
		"{{cookiecutter.name}}/run":   {Data: []byte("x"), Mode: 0o755},
		"{{cookiecutter.name}}/again": {Data: []byte("run"), Mode: fs.ModeSymlink | 0o777},
	}
	tree, err := ReadTree(fsys, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := Open(tree, ".")
	if err != nil {
		t.Fatal(err)
	}
	res, err := tpl.Generate(context.Background(), Input{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Output{
		{"p/again", []byte("x"), true, "{{cookiecutter.name}}/again"},
		{"p/run", []byte("x"), true, "{{cookiecutter.name}}/run"},
	}
	if diff := cmp.Diff(want, res.Files); diff != "" {
		t.Error(diff)
	}
	if tree.dir(".git") != nil {
		t.Error("took .git")
	}
	if _, err := ReadTree(fsys, Limits{Bytes: 3}); err == nil {
		t.Error("took more bytes than the limit")
	}
}

func zipped(t *testing.T, entries ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, e := range entries {
		name, content, _ := strings.Cut(e, "=")
		h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Unix(0, 0)}
		switch {
		case strings.HasSuffix(name, ".sh"):
			h.SetMode(0o755)
		case strings.HasSuffix(name, ".lnk"):
			h.SetMode(fs.ModeSymlink | 0o777)
		}
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestOpenZip(t *testing.T) {
	t.Parallel()
	tree, err := OpenZip(zipped(t, "top/", `top/cookiecutter.json={"name": "p"}`, "top/{{cookiecutter.name}}/", "top/{{cookiecutter.name}}/a:b?.sh={{ cookiecutter.name }}"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := Open(tree, "")
	if err != nil {
		t.Fatal(err)
	}
	res, err := tpl.Generate(context.Background(), Input{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Output{{"p/a:b?.sh", []byte("p"), true, "{{cookiecutter.name}}/a:b?.sh"}}, res.Files); diff != "" {
		t.Error(diff)
	}
	for want, data := range map[string][]byte{
		"not a zip archive":               {1, 2, 3},
		"is empty":                        zipped(t),
		"does not begin with a directory": zipped(t, "x=1"),
		"not in the archive's first":      zipped(t, "top/", "other/x=1"),
		"not a path inside the template":  zipped(t, "top/", "top/../../x=1"),
		"not a regular file":              zipped(t, "top/", "top/x.lnk=/etc/passwd"),
		"unpacks to more than its limit":  zipped(t, "top/", "top/x="+strings.Repeat("0", 1000)),
		"more than 3 files":               zipped(t, "top/", "top/a=", "top/b=", "top/c="),
	} {
		if _, err := OpenZip(data, Limits{Bytes: 99, Files: 3}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
