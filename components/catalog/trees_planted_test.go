package catalog_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestSound plants a fault for each check, and sees that it is found.
func TestSound(t *testing.T) {
	t.Parallel()
	row := make(choice, len(factors))
	row[slices.IndexFunc(factors, func(f factor) bool { return f.name == "service" })] = 3
	whole := apply(t, row.spec())
	if found := sound(whole); len(found) > 0 {
		t.Fatalf("before anything is planted: %q", found)
	}
	for _, c := range []struct{ name, old, now, want string }{
		{"src/staying/cli.py", "import argparse", "import argparse \nimport os", "cli.py:4"},
		{"src/staying/cli.py", "return 0\n", "return 0", "does not end in one line end"},
		{"dvc.yaml", "stages:", "stages: ${x}", "dvc.yaml"},
		{"src/staying/cli.py", "p.print_help()", "p.print_help(", "is not closed"},
		{"src/staying/cli.py", "p.print_help()", " p.print_help()", "indented by 5"},
		{"compose.yaml", "services:", "services: [", "compose.yaml"},
		{"params.toml", "[train]", "[train", "params.toml"},
		{".editorconfig", "Written by", "Made by", "begins with"},
		{"pyproject.toml", `readme = "README.md"`, `readme = "READ.md"`, "READ.md"},
		{"pyproject.toml", "staying.cli:main", "staying.cli:run", "staying.cli:run"},
		{".python-version", "3.11", "3.12", "3.12"},
		{"pyproject.toml", `"skops>=`, `"scope>=`, "imports skops"},
		{"src/staying/pipeline/model.py", "import FEATURES", "import FEATURE", "FEATURE"},
		{"dvc.yaml", "- models/model.skops", "- models/other.skops", "models/other.skops"},
		{"dvc.yaml", "train.max_depth", "train.depth", "train.depth"},
		{"Dockerfile", "COPY src", "COPY code", "code"},
		{"compose.yaml", "8080:8080", "80:80", "publish"},
		{"Dockerfile", "AS dev", "AS work", "disagree"},
		{".github/workflows/ci.yml", "poe lint", "poe flint", "flint"},
		{".pre-commit-config.yaml", "uv run --locked mypy", "uv run --locked pyright", "pyright"},
		{"Dockerfile", `"staying.serve"`, `"staying.server"`, "staying.server"},
		{"MODEL_CARD.md", "(DATASET_CARD.md)", "(DATA.md)", "DATA.md"},
	} {
		broken := maps.Clone(whole)
		broken[c.name] = strings.Replace(broken[c.name], c.old, c.now, 1)
		if broken[c.name] == whole[c.name] {
			t.Errorf("%s does not hold %q", c.name, c.old)
		}
		if found := sound(broken); !strings.Contains(strings.Join(found, "\n"), c.want) {
			t.Errorf("%s: %q for %q: found %q", c.name, c.now, c.old, found)
		}
	}
}
