package block

import "strings"

// syntax is what the first lines of a file are judged by.
type syntax uint8

const (
	other  syntax = iota
	hash          // comments with #: shells, Python, YAML, Dockerfiles
	markup        // comments of XML, HTML and Markdown
)

func syntaxOf(c Comment) syntax {
	switch c.Prefix {
	case "#":
		return hash
	case "<!--":
		return markup
	}
	return other
}

// beginning returns the end of the lines that have to be the first of the file.
func (l layout) beginning(s syntax) int {
	at, number, until := head(l.text), 0, lead{}
	for ln := range l.outside() {
		number++
		text := string(l.content(ln))
		switch {
		case !until.open():
			until = leading(text, number, s)
		case until.closedBy(text):
			until = lead{first: true}
		}
		switch {
		case until.first:
			at, until = ln.next, lead{}
		case until.open() || passing(text, s):
		default:
			return at
		}
	}
	return at
}

// lead is what a line begins: nothing, a first line, or first lines up to the
// one that is fence or that holds within.
type lead struct {
	first         bool
	fence, within string
}

func (u lead) open() bool { return u.fence != "" || u.within != "" }

func (u lead) closedBy(line string) bool {
	return u.fence != "" && strings.TrimRight(line, blanks) == u.fence || u.within != "" && strings.Contains(line, u.within)
}

// passing reports whether lines that have to be first can follow this one.
func passing(line string, s syntax) bool {
	line = strings.TrimLeft(line, blanks)
	return line == "" || s == hash && line[0] == '#'
}

// leading judges a line by the start of it; number counts from 1.
func leading(line string, number int, s syntax) lead {
	switch {
	case number == 1 && strings.HasPrefix(line, "#!"):
		return lead{first: true}
	case s == hash:
		return lead{first: hashLeads(line, number)}
	case s == markup:
		return markupLeads(line, number)
	}
	for _, start := range [...]string{"<?php", "@charset", "@echo off", `"use `, "'use "} {
		if hasFold(line, start) {
			return lead{first: true}
		}
	}
	return lead{}
}

// hashLeads knows the coding line (Python reference, 2.1.4), the directives of
// Dockerfiles and those of YAML with the line that ends them (YAML 1.2, 6.8).
func hashLeads(line string, number int) bool {
	if line == "---" || strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "%YAML ") || strings.HasPrefix(line, "%TAG ") {
		return true
	}
	comment, is := strings.CutPrefix(line, "#")
	if !is {
		return false
	}
	if number <= 2 && (strings.Contains(comment, "coding:") || strings.Contains(comment, "coding=")) {
		return true
	}
	directive, _, set := strings.Cut(comment, "=")
	switch strings.ToLower(strings.Trim(directive, blanks)) {
	case "syntax", "escape", "check":
		return set
	}
	return false
}

// markupLeads knows the XML declaration and the document type (XML 1.0, 2.8),
// and front matter.
func markupLeads(line string, number int) lead {
	until := lead{}
	switch fence := strings.TrimRight(line, blanks); {
	case number == 1 && (fence == "---" || fence == "+++"):
		return lead{fence: fence}
	case strings.HasPrefix(line, "<?xml "):
		until.within = "?>"
	case hasFold(line, "<!doctype") && strings.Contains(line, "["):
		until.within = "]>"
	case hasFold(line, "<!doctype"):
		until.within = ">"
	}
	if until.closedBy(line) {
		return lead{first: true}
	}
	return until
}

// hasFold is strings.HasPrefix for ASCII letters in any case.
func hasFold(s, start string) bool {
	return len(s) >= len(start) && strings.EqualFold(s[:len(start)], start)
}
