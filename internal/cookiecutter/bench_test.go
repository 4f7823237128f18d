package cookiecutter

import (
	"context"
	"fmt"
	"testing"
)

func BenchmarkGenerate(b *testing.B) {
	files := []File{text("cookiecutter.json", `{"name": "proj", "on": true, "license": ["MIT", "BSD"]}`)}
	for i := range 1000 {
		files = append(files, text(fmt.Sprintf("{{cookiecutter.name}}/d%d/{{cookiecutter.name}}_%d.py", i%20, i),
			"# {{ cookiecutter.name }}\n{% if cookiecutter.on %}x = {{ cookiecutter.license|lower }}\n{% endif %}def f():\n    return 1\n"))
	}
	tree, err := NewTree(files, Limits{})
	if err != nil {
		b.Fatal(err)
	}
	tpl, err := Open(tree, "")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tpl.Generate(context.Background(), Input{}); err != nil {
			b.Fatal(err)
		}
	}
}
