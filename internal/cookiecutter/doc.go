// Package cookiecutter generates what Cookiecutter 2.7 generates from a
// template, byte for byte, without writing anything: the result is a tree in
// memory. What differs, and why, is listed in docs/cookiecutter.md.
//
// Vocabulary: a Tree is the template's repository; the manifest is its
// cookiecutter.json; variables are the manifest's keys, of which those that
// begin with an underscore are private and those with two are computed; an
// override is a value given in place of a variable's default; the root is the
// folder of the template whose name is itself a template; the project is what
// that name renders to.
//
// The package refuses: names that lead out of the project, two sources for one
// path, extensions written in Python, text that is not UTF-8, and whatever
// goes beyond the Limits. It runs no hook, and reads no file, clock, random
// source or environment: all of them are given as values.
package cookiecutter
