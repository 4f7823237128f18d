package catalog_test

import (
	"slices"
	"strings"
	"testing"
)

// fullSpec is a project with every kind of fact and every built-in component. Each
// value that a test changes is written once and occurs nowhere else by chance.
const fullSpec = `
project "churn-model" {
  title      = "Customer churn"
  summary    = "Who leaves in the next month."
  package    = "churnpkg"
  license    = "Apache-2.0"
  python     = ["3.11", "3.12"]
  authors    = [{ name = "Ada Byron", email = "ada@example.com" }]
  repository = "https://git.example.com/ada/churn"
}

component "package" {
  source = "builtin/python-package"
}

component "quality" {
  source = "builtin/quality"
}

component "ci" {
  source = "builtin/github-actions"
  inputs = { lint = component.quality.lint, test = component.quality.test }
}

component "hygiene" {
  source = "builtin/repo-hygiene"
  inputs = { owners = { "*" = ["@acme/ml"] } }
}

component "versions" {
  source = "builtin/versions"
}

readme {
  section "title" {}
}
`

// TestPropagation holds, for each fact that a component reads, that a change
// reaches exactly its consumers, that each says why, and that the old value is
// nowhere left in what is managed.
func TestPropagation(t *testing.T) {
	t.Parallel()
	was := load(t, fullSpec)
	reached := map[string]bool{}
	for _, c := range propagation {
		if strings.Count(fullSpec, c.old) == 0 {
			t.Fatalf("%s: the project does not hold %s", c.fact, c.old)
		}
		is := load(t, strings.ReplaceAll(fullSpec, c.old, c.now))
		changed := differing(was, is)
		for _, address := range changed {
			o, ok := is.by()[address]
			if !ok {
				o = was.by()[address]
			}
			if !o.reads(c.fact) && o.address != "readme" {
				t.Errorf("%s: %s changed and its inputs do not name it: %v", c.fact, address, o.inputs)
			}
			reached[c.fact+" "+owner(was, address)] = true
		}
		if want := strings.Fields(c.consumers); !slices.Equal(changed, want) {
			t.Errorf("%s %q -> changed\n%s\nwant\n%s", c.fact, c.old, strings.Join(changed, "\n"), strings.Join(want, "\n"))
		}
		for _, o := range is.objects {
			for _, gone := range c.gone {
				if strings.Contains(o.text, gone) || strings.Contains(o.path, gone) {
					t.Errorf("%s: %s still holds %s", c.fact, o.path, gone)
				}
			}
		}
	}
	for _, c := range was.Components {
		for _, fact := range c.Manifest.Reads {
			if !reached[fact+" "+c.Manifest.Name] {
				t.Errorf("no change of %s in this test reaches %s, which reads it", fact, c.Source)
			}
		}
	}
}

// differing are the addresses of what is not the same in both, without the README.
func differing(was, is project) []string {
	old, now := was.by(), is.by()
	var out []string
	for address, o := range old {
		if n, ok := now[address]; !ok || n.path != o.path || n.text != o.text {
			out = append(out, address)
		}
	}
	for address := range now {
		if _, ok := old[address]; !ok {
			out = append(out, address)
		}
	}
	slices.Sort(out)
	return out
}

// owner is the component that an object is from.
func owner(p project, address string) string {
	for _, c := range p.Components {
		if strings.HasPrefix(address, c.Address+".") {
			return c.Manifest.Name
		}
	}
	return ""
}
