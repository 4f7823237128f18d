package block

import (
	"strings"
	"testing"
)

func TestCommentFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ prefix, suffix, names string }{
		{"#", "", ".gitignore a/b/.dockerignore .gitattributes .github/CODEOWNERS Makefile sub/makefile rules.mk Dockerfile Dockerfile.gpu api.dockerfile x.py pyproject.toml ci.yml A.YAML setup.cfg run.sh .env .env.example prod.env .editorconfig main.hcl main.tf log4j.properties requirements.txt requirements-dev.txt requirements.in constraints.txt CMakeLists.txt dvc.yaml .flake8 justfile a.R a.jl"},
		{"//", "", "main.go a.js a.ts a.tsx tsconfig.jsonc a.c a.rs A.java a.proto a.kt a.swift go.mod a.scss a.adoc Jenkinsfile"},
		{"<!--", "-->", "README.md a.html a.xml a.svg a.vue .github/PULL_REQUEST_TEMPLATE.MD"},
		{"/*", "*/", "a.css"},
		{"--", "", "a.sql a.lua a.hs"},
		{";", "", "a.ini a.el"},
		{"%", "", "a.tex"},
		{"::", "", "a.bat a.cmd"},
		{`"`, "", ".vimrc a.vim"},
		{"(*", "*)", "a.ml"},
		{"{#", "#}", "a.html.j2"},
		{"{/*", "*/}", "a.mdx"},
		{"!", "", "a.f90"},
		{"", "", "a.json .eslintrc.json a.csv a.txt LICENSE a.ipynb a.rst a.bin a noext.d/x . / .. makefile.d/x .git a. .gitkeep"},
	} {
		for name := range strings.FieldsSeq(c.names) {
			want := Comment{c.prefix, c.suffix}
			if got, ok := CommentFor(name); got != want || ok != (c.prefix != "") || ok && got.fault() != "" {
				t.Errorf("%s: %q, %v", name, got, ok)
			}
		}
	}
	if got, ok := CommentFor(""); ok {
		t.Errorf("no name: %q", got)
	}
}
