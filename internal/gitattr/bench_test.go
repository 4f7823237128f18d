package gitattr

import (
	"fmt"
	"io/fs"
	"testing"

	"github.com/mlops-as-code/mlops/internal/gitconf"
)

func benchmarkFor(b *testing.B, attributes string) {
	c, err := gitconf.Load(gitconf.Options{Env: gitconf.Env{"GIT_CONFIG_NOSYSTEM": "1"}})
	if err != nil {
		b.Fatal(err)
	}
	paths := make([]string, 10_000)
	for i := range paths {
		paths[i] = fmt.Sprintf("src/pkg%d/sub%d/file%d.py", i/200, i/20, i)
	}
	data := []byte("import os\n")
	for b.Loop() {
		rules, err := Load(Options{Config: c, Env: gitconf.Env{"GIT_ATTR_NOSYSTEM": "1"}, Read: func(path string) ([]byte, error) {
			if path == ".gitattributes" && attributes != "" {
				return []byte(attributes), nil
			}
			return nil, fs.ErrNotExist
		}})
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range paths {
			rules.For(p).Clean(data, nil)
		}
	}
}

// 10,000 paths in 500 directories.
func BenchmarkForWithoutAttributes(b *testing.B) { benchmarkFor(b, "") }

func BenchmarkForWithAttributes(b *testing.B) {
	benchmarkFor(b, "* text=auto\n*.png binary\n*.ipynb filter=strip\ndocs/** linguist-documentation\n*.sh text eol=lf\n")
}
