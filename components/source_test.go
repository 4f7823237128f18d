package components

import (
	"testing"
)

func shorts() map[string]string {
	return map[string]string{
		"corp":  "https://git.corp.example/{}.git",
		"team":  "git@git.corp.example:team/{}.git",
		"disk":  "file:///srv/git/{}",
		"leak":  "https://me:hunter2@git.corp.example/{}.git",
		"plain": "http://git.corp.example/{}.git",
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	type want struct{ text, path, remote, dir, ref, name string }
	const gh = "https://github.com/o/r.git"
	for in, w := range map[string]want{
		"builtin/pipeline-dvc":               {"builtin/pipeline-dvc", "pipeline-dvc", "", "", "", "pipeline-dvc"},
		"./a":                                {"./a", "./a", "", "", "", "a"},
		"./a/./b/../My_Part/":                {"./a/My_Part", "./a/My_Part", "", "", "", "my_part"},
		"./{{cookiecutter.x}}":               {"./{{cookiecutter.x}}", "./{{cookiecutter.x}}", "", "", "", "cookiecutter-x"},
		"./3d":                               {"./3d", "./3d", "", "", "", "c-3d"},
		"./-x":                               {"./-x", "./-x", "", "", "", "x"},
		"./été":                              {"./été", "./été", "", "", "", "t"},
		"./¿":                                {"./¿", "./¿", "", "", "", "component"},
		"../x":                               {"../x", "../x", "", "", "", "x"},
		"./../x":                             {"../x", "../x", "", "", "", "x"},
		"../../lib/x":                        {"../../lib/x", "../../lib/x", "", "", "", "x"},
		"./my part":                          {"./my part", "./my part", "", "", "", "my-part"},
		"gh:o/r":                             {"gh:o/r", "", gh, "", "", "r"},
		"gh:o/r.git":                         {"gh:o/r", "", gh, "", "", "r"},
		"gh:o/r.git.git//d/":                 {"gh:o/r//d", "", gh, "d", "", "d"},
		"gh:o/r?ref=main":                    {"gh:o/r?ref=main", "", gh, "", "main", "r"},
		"gh:o/.github//a/b?ref=v1.2":         {"gh:o/.github//a/b?ref=v1.2", "", "https://github.com/o/.github.git", "a/b", "v1.2", "b"},
		"gl:a/b/c//d":                        {"gl:a/b/c//d", "", "https://gitlab.com/a/b/c.git", "d", "", "d"},
		"bb:a/b":                             {"bb:a/b", "", "https://bitbucket.org/a/b.git", "", "", "b"},
		"corp:x":                             {"corp:x", "", "https://git.corp.example/x.git", "", "", "x"},
		"corp:x/y/z//d?ref=1":                {"corp:x/y/z//d?ref=1", "", "https://git.corp.example/x/y/z.git", "d", "1", "d"},
		"team:x":                             {"team:x", "", "git@git.corp.example:team/x.git", "", "", "x"},
		"disk:x":                             {"disk:x", "", "file:///srv/git/x", "", "", "x"},
		"git::https://github.com/o/r":        {"git::https://github.com/o/r", "", "https://github.com/o/r", "", "", "r"},
		"https://github.com/o/r.git":         {"git::" + gh, "", gh, "", "", "r"},
		"git::HTTPS://GitHub.com/o/r.git/":   {"git::" + gh, "", gh, "", "", "r"},
		"git::https://h:08443/p//d?ref=a/b":  {"git::https://h:8443/p//d?ref=a/b", "", "https://h:8443/p", "d", "a/b", "d"},
		"git::https://h/My%20Team/_git/r":    {"git::https://h/My%20Team/_git/r", "", "https://h/My%20Team/_git/r", "", "", "r"},
		"https://h/p.git//a%20b c?ref=v1+2":  {"git::https://h/p.git//a%20b%20c?ref=v1+2", "", "https://h/p.git", "a b c", "v1+2", "a-b-c"},
		"git::https://h/p?ref=a%26b%23c%25":  {"git::https://h/p?ref=a%26b%23c%25", "", "https://h/p", "", "a&b#c%", "p"},
		"git::https://h/p//a%3Fb":            {"git::https://h/p//a%3Fb", "", "https://h/p", "a?b", "", "a-b"},
		"git::https://[::1]:80/p":            {"git::https://[::1]:80/p", "", "https://[::1]:80/p", "", "", "p"},
		"git::https://[0:0:0:0:0:0:0:1]/p":   {"git::https://[::1]/p", "", "https://[::1]/p", "", "", "p"},
		"git::http://127.1.2.3:80/p":         {"git::http://127.1.2.3:80/p", "", "http://127.1.2.3:80/p", "", "", "p"},
		"http://LOCALHOST:8080/p.git":        {"git::http://localhost:8080/p.git", "", "http://localhost:8080/p.git", "", "", "p"},
		"git::http://[::1]:9/p":              {"git::http://[::1]:9/p", "", "http://[::1]:9/p", "", "", "p"},
		"ssh://git@h:22/~u/p":                {"git::ssh://git@h:22/~u/p", "", "ssh://git@h:22/~u/p", "", "", "p"},
		"git::ssh://h/p":                     {"git::ssh://h/p", "", "ssh://h/p", "", "", "p"},
		"git@github.com:o/r.git//d?ref=main": {"git::git@github.com:o/r.git//d?ref=main", "", "git@github.com:o/r.git", "d", "main", "d"},
		"git::me@h:/abs/p":                   {"git::me@h:/abs/p", "", "me@h:/abs/p", "", "", "p"},
		"git::git@[::1]:p":                   {"git::git@[::1]:p", "", "git@[::1]:p", "", "", "p"},
		"git@h:p":                            {"git::git@h:p", "", "git@h:p", "", "", "p"},
		"git::file:///srv/git/p.git//d":      {"git::file:///srv/git/p.git//d", "", "file:///srv/git/p.git", "d", "", "d"},
		"file:///srv/git/p.git":              {"git::file:///srv/git/p.git", "", "file:///srv/git/p.git", "", "", "p"},
		"git::file:///C:/git/p":              {"git::file:///C:/git/p", "", "file:///C:/git/p", "", "", "p"},

		"git::https://h/p?ref=0123456789abcdef01": {"git::https://h/p?ref=0123456789abcdef01", "", "https://h/p", "", "0123456789abcdef01", "p"},
	} {
		s, err := Parse(in, shorts())
		if err != nil {
			t.Errorf("Parse(%q): %v", in, err)
			continue
		}
		if got := (want{s.String(), s.Path(), s.Remote(), s.Dir(), s.Ref(), s.Name()}); got != w {
			t.Errorf("Parse(%q)\n got %+v\nwant %+v", in, got, w)
		}
		kind := Git
		switch {
		case w.remote == "" && w.path == w.name && in[0] == 'b':
			kind = Builtin
		case w.remote == "":
			kind = Local
		}
		if s.Kind != kind {
			t.Errorf("Parse(%q) is %s, want %s", in, s.Kind, kind)
		}
	}
}
