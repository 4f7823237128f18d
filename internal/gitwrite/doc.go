// Package gitwrite is the write side of git: objects (loose or as one pack),
// trees made from a base and a few edits, commits, git's own lock files, refs
// with their reflogs, and a new repository.
//
// It never writes in place. Objects are first written under temporary names
// (Store.Write) and get their own only when the caller has flushed them
// (Store.Publish), so that a loss of power leaves no object that is shorter
// than its name says. A lock file is made as a private file that is linked to
// the lock's name: a process that is killed leaves a lock that the next one
// recognises as its own by the inode (see Locks and Record), and never takes
// away from git.
//
// All paths are relative to one fsops.Dir at git's common directory. The package
// reads no configuration, starts no program and knows nothing of working trees;
// it refuses trees in which a file and a directory would have one name.
//
// Formats: gitformat-pack(5); loose objects, refs and reflogs as git 2.39
// writes them.
package gitwrite
