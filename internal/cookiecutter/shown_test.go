package cookiecutter

import (
	"strings"
	"testing"
)

// TestShownDifferences shows what docs/cookiecutter.md says of a whole printed
// cookiecutter, of the order of keys, and of folders that would be deleted.
func TestShownDifferences(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ manifest, file, text, want string }{
		"printed":  {`{"name": "x"}`, "f", "{{ cookiecutter }}", "OrderedDict({'name': 'x'"},
		"equality": {`{"name": "x", "a": {"p": "1", "q": "2"}, "b": {"q": "2", "p": "1"}}`, "f", "{{ cookiecutter.a == cookiecutter.b }}", "True"},
		"deleted":  {`{"name": "x", "e": "", "_copy_without_render": ["{{cookiecutter.e}}"]}`, "{{cookiecutter.e}}/f", "", "!which would replace the project itself"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, err := NewTree([]File{
				{Path: "cookiecutter.json", Content: []byte(c.manifest)},
				{Path: "{{cookiecutter.name}}/" + c.file, Content: []byte(c.text)},
			}, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			tpl, err := Open(tree, "")
			if err != nil {
				t.Fatal(err)
			}
			res, err := tpl.Generate(t.Context(), Input{})
			if say, fails := strings.CutPrefix(c.want, "!"); fails {
				if err == nil || !strings.Contains(err.Error(), say) {
					t.Errorf("%v, want %s", err, say)
				}
				return
			}
			if err != nil || !strings.HasPrefix(string(res.Files[0].Content), c.want) {
				t.Errorf("%+v, %v; want %s", res, err, c.want)
			}
		})
	}
}
