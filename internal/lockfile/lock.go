// Package lockfile reads and writes mlops.lock.json, which is committed and
// remembers what was last rendered and applied and which components were used.
//
// The file is JSON laid out so that branches merge: one stanza an object, one
// attribute a line, sorted by address, and nothing that two branches would both
// change (serials, counts, times, sums over the file). An attribute that every
// stanza has stands last, so that no comma moves when others come and go.
//
// Bytes is canonical: equal locks give equal bytes. Parse takes any layout, is
// bounded in size and depth, and judges what it reads, since a lock file may be
// hand-edited, half-merged or hostile. Merge and Resolve unite the locks of two
// branches, entry by entry. The package opens no file and asks its caller what is
// on disk.
package lockfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
)

const (
	// Name is the file's name in the project root.
	Name = "mlops.lock.json"
	// Version is the format that Bytes writes and the highest that Parse reads.
	Version = 1
	// MaxSize is the largest file that Parse reads, in bytes.
	MaxSize = 64 << 20
)

// Lock is the content of the file. Parse leaves both lists sorted by address;
// Bytes sorts on its own.
type Lock struct {
	Version    int
	Components []Component
	Objects    []Object
	// Extra are attributes this version does not know; they are kept.
	Extra []Extra
}

// Component is one pinned component.
type Component struct {
	Address string
	// Source is as the spec states it, Version that of the tag; "" without one.
	Source, Version string
	// Commit is a git object id; "" when the source has none.
	Commit string
	// Digest is the tree digest, "sha256:<hex>".
	Digest string
	// Time (RFC 3339, UTC) and Seed (16 hex digits) are what a template of another tool
	// draws from instead of clock and chance; "" for a component that does not.
	Time, Seed string
	// Hooks is the digest ("sha256:<hex>") of the record of what the hooks of a template
	// did, which lies in the project; "" when none was run.
	Hooks string
	Extra []Extra
}

// Object is one thing the spec managed at the last apply. Strings that are
// empty are left out of the file.
type Object struct {
	Address string
	// Path is relative to the project root; safepath.Parse accepts it.
	Path string
	Kind string
	// Mode is "", "0644" or "0755".
	Mode string
	// Ownership is "", "spec", "shared" or "user".
	Ownership string
	// Rendered and Applied are "sha256:<hex>" of what was last wanted and last
	// written. Applied is in the file only where it differs; Parse fills it in.
	Rendered, Applied string
	PreventDestroy    bool
	// Created says that the object made the file it is a part of.
	Created bool
	// Keys are the digests of the parts of a file_keys object, sorted by name.
	Keys []Input
	// Inputs are what the rendering was made from, sorted by name.
	Inputs []Input
	// Extra are attributes this version does not know; they are kept.
	Extra []Extra
}

// Input is the digest of one thing that went into an object.
type Input struct{ Name, Digest string }

// Extra is an attribute under a name this version does not know. Value is its
// JSON, laid out as Bytes lays it out at the left margin.
type Extra struct{ Name, Value string }

// Find returns the object at an address, or nil. Objects must be sorted, as
// Parse leaves them.
func (l *Lock) Find(address string) *Object {
	i, found := slices.BinarySearchFunc(l.Objects, address, func(o Object, a string) int {
		return strings.Compare(o.Address, a)
	})
	if !found {
		return nil
	}
	return &l.Objects[i]
}

// Error is a fault in a lock file and its place. Lines and columns count from
// 1, columns in characters.
type Error struct {
	Line, Column int
	// Reason says what is wrong and what to do; it is one line, safe to print.
	Reason string
}

// Error is "mlops.lock.json:line:column: reason".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", Name, e.Line, e.Column, e.Reason)
}

// quote puts s, which may hold anything, into a message.
func quote(s string) string { return show.Clip(s, 120) }
