package planner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/mlops-as-code/mlops/internal/textdiff"
	"github.com/mlops-as-code/mlops/readme"
)

// Tree is the desired tree: whole files, sorted by path, and parts of files that
// are otherwise the user's, sorted by path and in order of declaration.
type Tree struct {
	Entries []Entry
	Parts   []Part
}

// Bytes is the size of all content together.
func (t *Tree) Bytes() int64 {
	var n int64
	for i := range t.Entries {
		n += int64(len(t.Entries[i].Content))
	}
	return n
}

// Entry is one wanted file with everything known about it.
type Entry struct {
	Path           safepath.Path
	Address, Kind  string
	Mode           string // "0644" or "0755"
	Ownership      string // "spec", "shared" or "user"
	PreventDestroy bool
	Content        []byte
	// Sections are what a README is made of; Content is all of them in a new file.
	Sections []readme.Piece
	// Digest is the SHA-256 of the exact bytes, Rendered that of the LF form
	// (the same for a binary); both as "sha256:<hex>".
	Digest, Rendered string
	Inputs           []lockfile.Input
	Range            *Range
}

// Digest returns "sha256:<hex>" of the bytes as they are.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// RenderedDigest returns the digest that the lock holds: of the LF form for
// text, of the bytes as they are for a binary.
func RenderedDigest(b []byte) string {
	if isBinary(b) {
		return Digest(b)
	}
	return Digest(lfForm(b))
}

func lfForm(b []byte) []byte {
	if !bytes.Contains(b, []byte("\r\n")) {
		return b
	}
	return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
}

func sortEntries(entries []Entry) {
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(string(a.Path), string(b.Path)) })
}

func rangeOf(r hcl.Range) *Range {
	if r.Filename == "" {
		return nil
	}
	return &Range{
		Filename: r.Filename,
		Start:    Pos{r.Start.Line, r.Start.Column, r.Start.Byte},
		End:      Pos{r.End.Line, r.End.Column, r.End.Byte},
	}
}

func lockInputs(in []hclspec.Input) []lockfile.Input {
	out := make([]lockfile.Input, len(in))
	for i, x := range in {
		out[i] = lockfile.Input{Name: x.Name, Digest: x.Digest}
	}
	return out
}

func isBinary(b []byte) bool { return textdiff.IsBinary(b) }
