// Package planner turns an evaluated Project into a desired Tree, reads the
// actual one, and computes the Plan between them.
//
// Vocabulary: an Entry is one file the spec wants, rendered; a Disk is what
// stands at its path; the lock says what was last rendered there. Pending is a
// difference between wanted and lock, drift one between disk and lock. The Plan
// is the document that apply carries out and that every output is made from.
//
// The package writes nothing, starts no program and opens no connection. It
// reads only the managed paths, and only through a root that follows no link.
package planner
