// Package hclspec reads mlops.hcl: spec text in, an evaluated and typed Project
// out, every value with the place it was written at.
//
// Vocabulary: the spec is the text (mlops.hcl, *.mlops.hcl beside it, or the JSON
// twin mlops.hcl.json); the Project is what it says once variables, locals and
// references are resolved. Language returns the one table from which decoding,
// the reference documentation and completion are made.
//
// The package writes nothing, starts nothing and asks no clock, terminal,
// environment or network. It reads only through the fs.FS handed in and records
// what it read. Every fault in a spec is an hcl.Diagnostic with a range; several
// are reported in one run, sorted by place.
package hclspec
