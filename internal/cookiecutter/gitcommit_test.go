package cookiecutter

import (
	"strings"
	"testing"
)

// TestGitCommitShort holds that the tag of jinja2_git gives the commit that is known, in
// both forms, and nothing where there is none.
func TestGitCommitShort(t *testing.T) {
	t.Parallel()
	tree, err := NewTree([]File{
		{Path: "cookiecutter.json", Content: []byte(`{"name": "x", "_extensions": ["jinja2_git.GitExtension"]}`)},
		{Path: "{{cookiecutter.name}}/f", Content: []byte("{% gitcommit %} {% gitcommit short=True %} {% gitcommit short=False %} {% gitcommit short = cookiecutter.name == 'x' %}")},
	}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := Open(tree, "")
	if err != nil {
		t.Fatal(err)
	}
	full := strings.Repeat("0123456789", 4)
	res, err := tpl.Generate(t.Context(), Input{Commit: full})
	if err != nil {
		t.Fatal(err)
	}
	if want := full + " 0123456 " + full + " 0123456"; string(res.Files[0].Content) != want {
		t.Errorf("%s, want %s", res.Files[0].Content, want)
	}
	if _, err := tpl.Generate(t.Context(), Input{}); err == nil || !strings.Contains(err.Error(), "f:1:4: ValueError: gitcommit: the template has no commit") {
		t.Error(err)
	}
}
