package block

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/show"
)

// Comment is how a kind of file writes a comment of one line: between Prefix and
// Suffix, of which the latter may be empty. Each is one word of at most 16 bytes.
type Comment struct{ Prefix, Suffix string }

// fault says why c is no comment, or "".
func (c Comment) fault() string {
	switch {
	case c.Prefix == "":
		return "needs a prefix that is not empty"
	case len(c.Prefix) > maxWord || len(c.Suffix) > maxWord:
		return "has a prefix or suffix of more than 16 bytes"
	case !oneWord(c.Prefix) || !oneWord(c.Suffix):
		return "has a prefix or suffix with a blank, a line end or another character that cannot be seen"
	}
	return ""
}

func oneWord(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || show.Hidden(r) })
}

// holds reports whether a comment can hold address without ending in it. Two
// hyphens are no part of a comment in XML (XML 1.0, section 2.5).
func (c Comment) holds(address string) bool {
	if c.Suffix != "" && strings.Contains(address, c.Suffix) {
		return false
	}
	return c.Prefix != "<!--" || !strings.Contains(address, "--")
}

// CommentFor returns the comment of the file called name, which may have folders
// before it, by its name or extension in any case. It is false when that kind of
// file has no comments or is not known here, and for two kinds whose comments are
// no markers everywhere: reStructuredText, where one needs blank lines around it,
// and JSON, whose dialects with comments only some programs read. Batch files get
// `::`, because the arrows of a marker are redirections even behind `REM`.
func CommentFor(name string) (Comment, bool) {
	file := strings.ToLower(path.Base(name))
	if c := byName(file); c != (Comment{}) {
		return c, true
	}
	dot := strings.LastIndexByte(file, '.')
	if dot < 0 {
		return Comment{}, false
	}
	c := byExtension(file[dot+1:])
	return c, c != Comment{}
}

// byName knows the files whose name says more than their extension.
func byName(file string) Comment {
	switch file {
	case "makefile", "gnumakefile", "dockerfile", "containerfile", "codeowners", "justfile", ".justfile", "snakefile",
		"gemfile", "rakefile", "vagrantfile", "brewfile", "pipfile", "sconstruct", "sconscript", "tiltfile", "build", "workspace",
		"cmakelists.txt", "manifest.in", "robots.txt", ".editorconfig", ".gitattributes", ".gitconfig", ".gitmodules", ".mailmap",
		".git-blame-ignore-revs", ".env", ".envrc", ".flake8", ".pylintrc", "pylintrc", ".coveragerc", ".condarc", ".clang-format",
		".clang-tidy", ".npmrc", ".inputrc", ".bashrc", ".bash_profile", ".zshrc", ".zprofile", ".profile", ".tool-versions", ".yamllint":
		return Comment{Prefix: "#"}
	case "jenkinsfile", "go.mod", "go.work":
		return Comment{Prefix: "//"}
	case ".vimrc", "_vimrc", ".gvimrc":
		return Comment{Prefix: `"`}
	}
	for _, start := range [...]string{".env.", "dockerfile.", "containerfile.", "makefile."} {
		if strings.HasPrefix(file, start) {
			return Comment{Prefix: "#"}
		}
	}
	ignores := strings.HasPrefix(file, ".") && strings.HasSuffix(file, "ignore")
	pip := (strings.HasSuffix(file, ".txt") || strings.HasSuffix(file, ".in")) && (strings.HasPrefix(file, "requirements") || strings.HasPrefix(file, "constraints"))
	if ignores || pip {
		return Comment{Prefix: "#"}
	}
	return Comment{}
}

// byExtension knows the extensions, in lower case and without the dot.
func byExtension(ext string) Comment {
	switch ext {
	case "py", "pyi", "pyx", "pxd", "toml", "yml", "yaml", "cfg", "conf", "cnf", "env", "sh", "bash", "zsh", "fish", "ps1", "psm1",
		"hcl", "tf", "tfvars", "properties", "mk", "mak", "cmake", "dockerfile", "r", "jl", "rb", "pl", "pm", "tcl", "awk", "sed",
		"nix", "bzl", "bazel", "star", "smk", "graphql", "gql", "po", "pot", "desktop", "service", "timer", "socket", "ex", "exs",
		"nim", "cr", "gitignore", "dockerignore", "gitattributes", "editorconfig", "dvc", "feature":
		return Comment{Prefix: "#"}
	case "go", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "jsonc", "json5", "c", "h", "cc", "cpp", "cxx", "hh", "hpp",
		"hxx", "cu", "cuh", "rs", "java", "kt", "kts", "swift", "scala", "sc", "groovy", "gradle", "cs", "fs", "fsx", "dart", "zig",
		"proto", "thrift", "scss", "less", "php", "sol", "prisma", "adoc", "asciidoc", "jsonnet", "libsonnet", "dot", "gv", "bicep":
		return Comment{Prefix: "//"}
	case "md", "markdown", "qmd", "rmd", "html", "htm", "xhtml", "xml", "xsd", "xsl", "xslt", "svg", "vue", "svelte", "plist",
		"csproj", "fsproj", "props", "targets", "resx":
		return Comment{"<!--", "-->"}
	case "mdx":
		return Comment{"{/*", "*/}"}
	case "css":
		return Comment{"/*", "*/"}
	case "j2", "jinja", "jinja2":
		return Comment{"{#", "#}"}
	case "ml", "mli":
		return Comment{"(*", "*)"}
	case "sql", "lua", "hs", "elm", "adb", "ads", "vhd", "vhdl":
		return Comment{Prefix: "--"}
	case "ini", "reg", "lisp", "el", "clj", "cljs", "cljc", "edn", "scm", "rkt":
		return Comment{Prefix: ";"}
	case "tex", "sty", "ltx", "erl", "hrl":
		return Comment{Prefix: "%"}
	case "bat", "cmd":
		return Comment{Prefix: "::"}
	case "vim":
		return Comment{Prefix: `"`}
	case "f90", "f95", "f03", "f08":
		return Comment{Prefix: "!"}
	}
	return Comment{}
}
