// Package components knows where components come from: it reads a source such as
// gh:owner/repo//dir?ref=v1 (Source), picks a version among tags (Choose), stands
// for a component's files by one digest (Digest), and keeps them in a
// content-addressed cache of snapshots (Cache), so that a plan needs no git and no
// connection.
//
// A tree is the regular files of one component. Names in it may be such as no
// system takes: they are never written to disk as names.
//
// The package refuses credentials in a source, sources that could be read as options
// or commands, trees past its limits, and a snapshot that is not what its digest
// says. It opens no connection and starts no program; package gitfetch does.
package components
