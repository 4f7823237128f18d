package readme

import (
	"path"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

// commandsAttr is the attribute of the kinds that show shell commands.
func commandsAttr(otherwise string) schema.Attr {
	return schema.Attr{
		Name: "commands", Type: cty.List(cty.String), Default: otherwise,
		Doc: "Shell commands to run in the project's folder, without a prompt.",
	}
}

// commands are the commands the section states; nil for none.
func commands(r *request) []string { return r.shellLines("commands") }

// shell is a code block with commands.
func shell(commands ...string) block { return fence("sh", strings.Join(commands, "\n")) }

// toolchain is what installs a Python project and runs programs in it.
type toolchain struct {
	// file tells the toolchain by being there.
	file, install, run string
}

// toolchainOf is the toolchain of the managed files; the zero value when they
// show none. A lock file is the strongest sign.
func toolchainOf(r *request) toolchain {
	for _, t := range []toolchain{
		{"uv.lock", "uv sync", "uv run "},
		{"poetry.lock", "poetry install", "poetry run "},
		{"pixi.lock", "pixi install", "pixi run "},
		{"pixi.toml", "pixi install", "pixi run "},
		{"environment.yml", "conda env create --file environment.yml", ""},
		{"environment.yaml", "conda env create --file environment.yaml", ""},
		{"pyproject.toml", "python -m pip install .", ""},
		{"setup.py", "python -m pip install .", ""},
		{"requirements.txt", "python -m pip install --requirement requirements.txt", ""},
	} {
		if r.has(t.file) {
			return t
		}
	}
	return toolchain{}
}

// hasTest reports whether pytest would find a test among the managed files.
func hasTest(r *request) bool {
	for _, f := range r.project.Files {
		name, python := strings.CutSuffix(path.Base(f), ".py")
		if python && (strings.HasPrefix(name, "test_") || strings.HasSuffix(name, "_test")) {
			return true
		}
	}
	return false
}
