package components

import "testing"

func TestRecorded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ template, dir, ref, want string }{
		{"gh:a/b", "", "", "gh:a/b"},
		{"gh:a/b.git", "sub", "v1", "gh:a/b//sub?ref=v1"},
		{"gl:a/b/c", "", "main", "gl:a/b/c?ref=main"},
		{"bb:a/b", "", "", "bb:a/b"},
		{"https://github.com/a/b", "", "", "gh:a/b"},
		{"https://github.com/a/b.git", "x/y", "", "gh:a/b//x/y"},
		{"https://github.com/a/b/", "./", "", "gh:a/b"},
		{"git+https://github.com/a/b", "", "", "gh:a/b"},
		{"https://gitlab.com/g/h/i.git", "", "", "gl:g/h/i"},
		{"https://bitbucket.org/a/b", "", "", "bb:a/b"},
		{"https://git.example.com/a/b", "", "v 1", ""},
		{"https://git.example.com/a/b", "", "v1", "git::https://git.example.com/a/b?ref=v1"},
		{"git@github.com:a/b.git", "", "", "git::git@github.com:a/b.git"},
		{"ssh://git@example.com/a/b", "", "", "git::ssh://git@example.com/a/b"},
		{"file:///srv/a", "", "", "git::file:///srv/a"},
		{"hg+https://example.com/a", "", "", ""},
		{"https://me:pw@example.com/a/b", "", "", ""},
	} {
		got, err := Recorded(c.template, c.dir, c.ref)
		if err != nil && c.want != "" || err == nil && got.String() != c.want {
			t.Errorf("%s %s %s: %q, %v; want %q", c.template, c.dir, c.ref, got, err, c.want)
		}
	}
}
