package block

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	opened = "# >>> mlops file_block.n\n"
	closed = "# <<< mlops file_block.n\n"
	region = opened + "own\n" + closed
)

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func TestPut(t *testing.T) {
	t.Parallel()
	bare := strings.TrimSuffix(region, "\n")
	old := strings.Replace(region, "own\n", "a\nb\n", 1)
	for name, c := range map[string]struct{ text, body, want string }{
		"empty":                      {"", "own\n", region},
		"no last end in the body":    {"", "own", region},
		"no body":                    {"", "", opened + closed},
		"an empty line":              {"", "\n", opened + "\n" + closed},
		"CRLF body":                  {"x\n", "own\r\n", "x\n" + region},
		"BOM only":                   {bom, "own", bom + region},
		"ended":                      {"x\n", "own", "x\n" + region},
		"not ended":                  {"x", "own", "x\n" + bare},
		"not ended, CRLF":            {"x\r\ny", "own", crlf("x\ny\n" + bare)},
		"CRLF":                       {"x\r\n", "own", crlf("x\n" + region)},
		"mixed, CRLF last":           {"x\ny\r\n", "own", "x\n" + crlf("y\n"+region)},
		"mixed, LF last":             {"x\r\ny\n", "own", "x\r\ny\n" + region},
		"lone CR":                    {"x\r", "own", "x\r" + crlf("\n"+bare)},
		"behind another at the end":  {"x\n# >>> mlops f.o\n# <<< mlops f.o", "own", "x\n# >>> mlops f.o\n# <<< mlops f.o\n" + bare},
		"replaced in place":          {"x\n" + old + "y", "own", "x\n" + region + "y"},
		"replaced, CRLF":             {crlf("x\n" + old), "own", crlf("x\n" + region)},
		"emptied":                    {old, "", opened + closed},
		"filled":                     {opened + closed, "own", region},
		"same but for ends":          {opened + "own\r\n" + closed, "own\n", opened + "own\r\n" + closed},
		"markers as they are":        {"  # >>>   mlops file_block.n \nx\n\t" + closed, "own", "  # >>>   mlops file_block.n \nown\n\t" + closed},
		"other comment":              {"  // >>>  mlops file_block.n \r\n<!-- <<< mlops file_block.n -->", "", "  # >>> mlops file_block.n \r\n# <<< mlops file_block.n"},
		"other comment and new body": {"// >>> mlops file_block.n\n// <<< mlops file_block.n\n", "own", region},
	} {
		got, err := Put([]byte(c.text), want("file_block.n", c.body))
		if diff := cmp.Diff(c.want, string(got)); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestPosition(t *testing.T) {
	t.Parallel()
	const o = "# >>> mlops f.o\nx\n# <<< mlops f.o\n"
	// @ stands for the region.
	for name, c := range map[string]struct {
		at        Position
		text, out string
	}{
		"start":             {Position{Place: Start}, "x\n", "@x\n"},
		"start, behind":     {Position{Place: Start}, o + o1 + "x\n", o + o1 + "@x\n"},
		"start, BOM":        {Position{Place: Start}, bom + "x", bom + "@x"},
		"start, #!":         {Position{Place: Start}, "#!/bin/sh\nset -e\n", "#!/bin/sh\n@set -e\n"},
		"start, BOM and #!": {Position{Place: Start}, bom + "#!/bin/sh\n", bom + "#!/bin/sh\n@"},
		"start, coding":     {Position{Place: Start}, "#!/usr/bin/python\n# vim: set fileencoding=utf-8 :\nimport x\n", "#!/usr/bin/python\n# vim: set fileencoding=utf-8 :\n@import x\n"},
		"start, too late":   {Position{Place: Start}, "#\n#\n# coding: utf-8\n", "@#\n#\n# coding: utf-8\n"},
		"start, Dockerfile": {Position{Place: Start}, "# syntax=docker/dockerfile:1\n# Escape = `\n\nFROM x\n", "# syntax=docker/dockerfile:1\n# Escape = `\n@\nFROM x\n"},
		"start, YAML":       {Position{Place: Start}, "# note\n\n%YAML 1.2\n---\na: 1\n---\nb: 1\n", "# note\n\n%YAML 1.2\n---\n@a: 1\n---\nb: 1\n"},
		"start, no YAML":    {Position{Place: Start}, "# note\na: 1\n---\n", "@# note\na: 1\n---\n"},
		"before":            {Position{Before, "x"}, "a\nx\nb\n", "a\n@x\nb\n"},
		"before, behind":    {Position{Before, "y"}, "a\n" + o + "y\n", "a\n" + o + "@y\n"},
		"after":             {Position{After, "x\r\n"}, "a\nx\nb\n", "a\nx\n@b\n"},
		"after, behind":     {Position{After, "a"}, "a\n" + o + "y\n", "a\n" + o + "@y\n"},
		"after, exact":      {Position{After, "x"}, " x\nx \nx\nX\n", " x\nx \nx\n@X\n"},
		"after, in a block": {Position{After, "x"}, o + "x\ny\n", o + "x\n@y\n"},
		"after, BOM":        {Position{After, "x"}, bom + "x\ny\n", bom + "x\n@y\n"},
	} {
		w := want("file_block.n", "own")
		w.Position = c.at
		got, err := Put([]byte(c.text), w)
		if diff := cmp.Diff(strings.ReplaceAll(c.out, "@", region), string(got)); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

const o1 = "# >>> mlops f.p\n# <<< mlops f.p\n"

func TestStartOfOtherFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, first, rest string
	}{
		"XML":               {"a.xml", "<?xml version=\"1.0\"?>\n<!DOCTYPE note SYSTEM \"x\">\n", "<note/>\n"},
		"XML over lines":    {"a.svg", "<?xml version=\"1.0\"\n  encoding=\"utf-8\"?>\n\n<!DOCTYPE a [\n<!ENTITY b \"c\">\n]>\n", "\n<a/>\n"},
		"XML never closed":  {"a.xml", "", "<?xml version=\n<a/>\n"},
		"HTML":              {"a.html", "<!doctype html>\n", "<html>\n"},
		"front matter":      {"README.md", "---\ntitle: x\n--- \n", "# Title\n---\n"},
		"front matter TOML": {"README.md", "+++\ntitle = 1\n+++\n", "# Title\n"},
		"no front matter":   {"README.md", "", "---\n# Title\n"},
		"later rules":       {"README.md", "", "# Title\n---\na\n---\n"},
		"block in front":    {"README.md", "---\n# >>> mlops f.o\n---\n# <<< mlops f.o\n---\n", "# Title\n"},
		"script":            {"a.mjs", "#!/usr/bin/env node\n'use strict'\n", "x()\n"},
		"PHP":               {"a.php", "<?php\n", "x();\n"},
		"batch":             {"a.bat", "@ECHO OFF\n", "dir\n"},
		"CSS":               {"a.css", "@charset \"utf-8\";\n", "a {}\n"},
		"CSS, too late":     {"a.css", "", "#a {}\n@charset \"utf-8\";\n"},
		"Rust":              {"a.rs", "#![no_std]\n", "fn x() {}\n"},
		"not ended":         {"a.bat", "@echo off", ""},
	} {
		w := want("file_block.n", "own")
		w.Comment, _ = CommentFor(c.file)
		w.Position.Place = Start
		got, err := Put([]byte(c.first+c.rest), w)
		if err != nil || !strings.HasPrefix(string(got), c.first) || !strings.HasSuffix(string(got), "\n"+c.rest) && c.rest != "" || strings.Index(string(got), ">>> mlops file_block.n") > len(c.first)+6 {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

func TestPositionFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, line, want string }{
		{"a\n", "x", `has no line "x" outside the regions of mlops to put file_block.n next to`},
		{opened + "x\n" + closed, "x", ""}, // the region is there, so its position does not matter
		{strings.ReplaceAll(region, "_block.n", "_block.o"), "own", `has no line "own" outside the regions of mlops to put file_block.n next to`},
		{"a\nx\nx\r\n", "x", `line 2: is the first of 2 lines "x", and file_block.n must stand next to just one`},
		{"a\nx\nx\nx", "x", `line 2: is the first of 3 lines "x", and file_block.n must stand next to just one`},
	} {
		w := want("file_block.n", "")
		w.Position = Position{After, c.line}
		_, err := Put([]byte(c.text), w)
		var fault *Error
		if c.want == "" && err == nil {
			continue
		}
		if !errors.As(err, &fault) || err.Error() != c.want {
			t.Errorf("%q: %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestWantFaults(t *testing.T) {
	t.Parallel()
	hash, html := Comment{Prefix: "#"}, Comment{"<!--", "-->"}
	for name, c := range map[string]struct {
		w    Want
		want string
	}{
		"no comment":      {Want{Address: "f.a"}, "comment needs a prefix that is not empty"},
		"suffix only":     {Want{Address: "f.a", Comment: Comment{Suffix: "-->"}}, "comment needs a prefix that is not empty"},
		"long prefix":     {Want{Address: "f.a", Comment: Comment{Prefix: strings.Repeat("#", 17)}}, "comment has a prefix or suffix of more than 16 bytes"},
		"two words":       {Want{Address: "f.a", Comment: Comment{Prefix: "a b"}}, "comment has a prefix or suffix with a blank, a line end or another character that cannot be seen"},
		"line end":        {Want{Address: "f.a", Comment: Comment{"#", "x\n"}}, "comment has a prefix or suffix with a blank, a line end or another character that cannot be seen"},
		"control":         {Want{Address: "f.a", Comment: Comment{Prefix: "\x1b"}}, "comment has a prefix or suffix with a blank, a line end or another character that cannot be seen"},
		"no UTF-8":        {Want{Address: "f.a", Comment: Comment{Prefix: "\xff"}}, "comment has a prefix or suffix with a blank, a line end or another character that cannot be seen"},
		"no address":      {Want{Comment: hash}, "the address cannot be written in a marker: "},
		"not an address":  {Want{Address: "f.a b", Comment: hash}, "the address cannot be written in a marker: f.a b"},
		"line in address": {Want{Address: "f[\"\n\"]", Comment: hash}, `the address cannot be written in a marker: f["\n"]`},
		"hyphens":         {Want{Address: "f.a--b", Comment: html}, "comment would end inside the address f.a--b"},
		"suffix inside":   {Want{Address: `f["a*/"]`, Comment: Comment{"/*", "*/"}}, `comment would end inside the address f["a*/"]`},
		"NUL":             {Want{Address: "f.a", Comment: hash, Body: []byte("a\x00")}, "content holds a NUL byte"},
		"lone CR":         {Want{Address: "f.a", Comment: hash, Body: []byte("a\nb\r")}, "content holds a carriage return that ends no line, on its line 2"},
		"CR CR LF":        {Want{Address: "f.a", Comment: hash, Body: []byte("a\r\r\n")}, "content holds a carriage return that ends no line, on its line 1"},
		"marker":          {Want{Address: "f.a", Comment: hash, Body: []byte("a\n; <<< mlops f.b\n")}, "content holds a line with the form of a marker of mlops, its line 2"},
		"bad marker":      {Want{Address: "f.a", Comment: hash, Body: []byte("# >>> mlops")}, "content holds a line with the form of a marker of mlops, its line 1"},
		"large":           {Want{Address: "f.a", Comment: hash, Body: make([]byte, maxText+1)}, "content is larger than 64 MiB"},
		"no place":        {Want{Address: "f.a", Comment: hash, Position: Position{Place: 4}}, "position is none of start, end, before and after"},
		"line unwanted":   {Want{Address: "f.a", Comment: hash, Position: Position{Start, "x"}}, "position has a line to stand next to, which only before and after need"},
		"line missing":    {Want{Address: "f.a", Comment: hash, Position: Position{Before, "\r\n"}}, "position has no line to stand next to"},
		"lines":           {Want{Address: "f.a", Comment: hash, Position: Position{Before, "a\nb"}}, "position has more than one line to stand next to"},
		"marker as line":  {Want{Address: "f.a", Comment: hash, Position: Position{After, "# <<< mlops f.b"}}, "position has a marker of mlops as the line to stand next to"},
	} {
		_, err := Put([]byte("x\n"), c.w)
		var fault *WantError
		if !errors.As(err, &fault) || err.Error() != c.want {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
	if _, err := Put(nil, want("f.a", ""), want("f.a", "b")); err == nil || err.Error() != "the address is wanted twice: f.a" {
		t.Error(err)
	}
}

func TestRemoveAndRename(t *testing.T) {
	t.Parallel()
	two := region + strings.ReplaceAll(region, "_block.n", "_block.o")
	for _, c := range []struct{ text, out string }{
		{two, strings.ReplaceAll(region, "_block.n", "_block.o")},
		{"x\n" + strings.TrimSuffix(region, "\n"), "x"},
		{"x\n" + region, "x\n"},
		{"x\n", "x\n"},
	} {
		if got, err := Remove([]byte(c.text), "file_block.n", "file_block.absent"); err != nil || string(got) != c.out {
			t.Errorf("%q: %q, %v", c.text, got, err)
		}
	}
	for name, c := range map[string]struct {
		names     map[string]string
		out, fail string
	}{
		"one":     {map[string]string{"file_block.n": `m["é"]`, "absent.x": "bad"}, strings.ReplaceAll(two, "file_block.n", `m["é"]`), ""},
		"taken":   {map[string]string{"file_block.n": "file_block.o"}, "", "line 4: would be file_block.o, as the region on line 1 is"},
		"invalid": {map[string]string{"file_block.o": "f"}, "", "the address cannot be written in a marker: f"},
		"none":    {nil, two, ""},
	} {
		got, err := Rename([]byte(two), c.names)
		if c.fail != "" && (err == nil || err.Error() != c.fail) || c.fail == "" && (err != nil || string(got) != c.out) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for name, f := range map[string]func([]byte) ([]byte, error){
		"Put":    func(b []byte) ([]byte, error) { return Put(b, want("f.a", "")) },
		"Remove": func(b []byte) ([]byte, error) { return Remove(b, "f.a") },
		"Rename": func(b []byte) ([]byte, error) { return Rename(b, nil) },
	} {
		if _, err := f([]byte(opened)); err == nil || err.Error() != "line 1: opens file_block.n, and no line closes it" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// git obeys the lines of a region and takes no marker for a pattern.
func TestGitReadsIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := must(t)(Put([]byte("*.pyc"), want("file_block.ignore", "mlruns/\n!keep.pyc"), want(`component.x.file_block["a b"]`, "data/raw/\n")))
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	git := func(args ...string) string {
		c := exec.Command("git", append([]string{"-C", dir}, args...)...)
		c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull, "HOME="+dir)
		out, err := c.Output()
		if err != nil {
			t.Fatal(args, err)
		}
		return string(out)
	}
	git("init", "-q")
	got := git("check-ignore", "a.pyc", "keep.pyc", "mlruns/x", "data/raw/x", "file_block.ignore", "mlops", "# >>> mlops file_block.ignore")
	if got != "a.pyc\nmlruns/x\ndata/raw/x\n" {
		t.Errorf("%s\n%s", text, got)
	}
}
