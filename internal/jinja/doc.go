// Package jinja renders templates as Jinja2 3.1 does, byte for byte: its
// lexer with all whitespace control, its grammar, its scoping, its filters,
// tests and globals, and its messages. What differs, and why, is listed in
// docs/jinja.md.
//
// Vocabulary: an Environment holds settings, filters and the templates loaded
// so far; a Template is text parsed and compiled once, which may be rendered
// many times and by many at once; a context holds the variables of one run of
// a template; a frame is a scope the compiler knows.
//
// Values are those of internal/pyvalue. The package refuses, as Jinja's
// sandbox does, attributes that begin with an underscore; what goes beyond the
// Limits of a run; and templates nested too deeply. It reads no file, clock or
// environment: templates come from the Loader, random numbers from the Source
// of the Input.
package jinja
