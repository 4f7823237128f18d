package planner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/safepath"
)

// MaxPlanBytes bounds a saved plan.
const MaxPlanBytes = 1 << 30

// Seal fills in the plan id: the digest of the document without id and blobs.
func (p *Plan) Seal() error {
	id, err := p.digest()
	if err == nil {
		p.ID = id
	}
	return err
}

func (p *Plan) digest() (string, error) {
	bare := *p
	bare.ID, bare.Blobs = "", nil
	b, err := json.Marshal(&bare)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// JSON returns the document, indented and with a final newline. withBlobs keeps
// the bytes that a saved plan needs.
func (p *Plan) JSON(withBlobs bool) ([]byte, error) {
	doc := *p
	if !withBlobs {
		doc.Blobs = nil
	}
	return EncodeJSON(&doc)
}

// EncodeJSON writes any value as the commands print it: indented, without HTML
// escapes, and with C1 controls and DEL escaped as C0 controls always are.
func EncodeJSON(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return escapeControls(buf.Bytes()), nil
}

func escapeControls(b []byte) []byte {
	if !bytes.ContainsFunc(b, isC1) {
		return b
	}
	var out bytes.Buffer
	for _, r := range string(b) {
		if isC1(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.Bytes()
}

func isC1(r rune) bool { return r >= 0x7f && r <= 0x9f }

// Decode reads a saved plan and checks everything that can be checked without
// looking at the directory: version, id, paths and the digests of all bytes.
func Decode(src []byte) (*Plan, error) {
	if len(src) > MaxPlanBytes {
		return nil, fmt.Errorf("is larger than %d MiB", MaxPlanBytes>>20)
	}
	var head struct {
		FormatVersion string `json:"format_version"`
	}
	if err := json.Unmarshal(src, &head); err != nil {
		return nil, fmt.Errorf("is not a saved plan: %w", err)
	}
	if major, _, _ := strings.Cut(head.FormatVersion, "."); major != "1" {
		return nil, fmt.Errorf("has plan format %q, and this mlops reads %s; plan again with this version", head.FormatVersion, FormatVersion)
	}
	p := &Plan{}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	if err := dec.Decode(p); err != nil {
		return nil, fmt.Errorf("is not a saved plan: %w", err)
	}
	return p, p.verify()
}

// verify refuses a plan that was edited: it must be exactly what was planned.
func (p *Plan) verify() error {
	id, err := p.digest()
	if err != nil {
		return err
	}
	if id != p.ID {
		return errors.New("was changed after it was saved (its plan id does not fit); plan again")
	}
	for digest, content := range p.Blobs {
		if Digest(content) != digest {
			return fmt.Errorf("holds bytes that do not fit their digest %.19s; plan again", digest)
		}
	}
	for i := range p.Changes {
		if err := p.verifyChange(&p.Changes[i]); err != nil {
			return err
		}
	}
	if p.Lock != nil && p.Lock.After != "" && p.Blobs[p.Lock.After] == nil {
		return errors.New("lacks the new lock file; plan again with --out")
	}
	for _, s := range p.Store {
		if s.After != "" && p.Blobs[s.After] == nil {
			return fmt.Errorf("lacks the bytes of %s; plan again with --out", s.Path)
		}
	}
	return nil
}

func (p *Plan) verifyChange(c *Change) error {
	if _, err := safepath.Parse(c.Path); err != nil {
		return fmt.Errorf("names a path that is not allowed: %w", err)
	}
	if c.PreviousPath != "" {
		if _, err := safepath.Parse(c.PreviousPath); err != nil {
			return fmt.Errorf("names a path that is not allowed: %w", err)
		}
	}
	if len(c.Actions) == 0 {
		return fmt.Errorf("holds no action for %s", c.Path)
	}
	if !slices.Contains([]string{"create", "update", "move"}, c.Actions[0]) {
		return nil
	}
	if c.After == nil {
		return fmt.Errorf("lacks the new state of %s", c.Path)
	}
	if _, ok := p.Blobs[c.After.Digest]; !ok {
		return fmt.Errorf("lacks the bytes of %s; plan again with --out", c.Path)
	}
	return nil
}
