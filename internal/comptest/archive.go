package comptest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/textdiff"
)

// member is one file of an archive, its content as the file has it. digest is set
// instead for a binary one.
type member struct {
	name       string
	content    []byte
	executable bool
	digest     string
	line       int // of its header, from 1
}

// What stands in brackets behind a name.
const (
	attrExecutable = "0755"
	attrOpen       = "no final newline"
	attrQuoted     = "quoted"
	attrDigest     = "digest"
)

// parseArchive reads a text archive. The error is "LINE: reason".
func parseArchive(src []byte) (comment []byte, members []member, err error) {
	var raw []byte
	var attrs []string
	var at *member
	end := func() error {
		if at == nil {
			comment, raw = raw, nil
			return nil
		}
		if err := at.fill(raw, attrs); err != nil {
			return fmt.Errorf("%d: %w", at.line, err)
		}
		members, raw = append(members, *at), nil
		return nil
	}
	number := 0
	for line := range bytes.Lines(src) {
		number++
		header, ok := headerOf(line)
		if !ok {
			raw = append(raw, line...)
			continue
		}
		if err := end(); err != nil {
			return nil, nil, err
		}
		at = &member{line: number}
		if at.name, attrs, err = parseHeader(header); err != nil {
			return nil, nil, fmt.Errorf("%d: %w", number, err)
		}
	}
	return comment, members, end()
}

// headerOf is what stands between the dashes of a header line.
func headerOf(line []byte) (string, bool) {
	text, ok := strings.CutPrefix(strings.TrimRight(string(line), "\r\n"), "-- ")
	if !ok {
		return "", false
	}
	text, ok = strings.CutSuffix(text, " --")
	text = strings.TrimSpace(text)
	return text, ok && text != ""
}

func parseHeader(header string) (name string, attrs []string, err error) {
	if strings.HasPrefix(header, `"`) {
		quoted, err := strconv.QuotedPrefix(header)
		if err != nil {
			return "", nil, errors.New("the name has a quote that is not closed")
		}
		name, _ = strconv.Unquote(quoted)
		header = strings.TrimSpace(header[len(quoted):])
	} else if i := strings.LastIndex(header, " ("); i >= 0 {
		name, header = strings.TrimSpace(header[:i]), header[i+1:]
	} else {
		name, header = header, ""
	}
	if header == "" {
		return name, nil, nil
	}
	inner, opened := strings.CutPrefix(header, "(")
	inner, closed := strings.CutSuffix(inner, ")")
	if !opened || !closed {
		return "", nil, fmt.Errorf("%s follows the name; write what the file is in brackets", show.Clip(header, 60))
	}
	for attr := range strings.SplitSeq(inner, ",") {
		attr = strings.TrimSpace(attr)
		if !slices.Contains([]string{attrExecutable, attrOpen, attrQuoted, attrDigest}, attr) {
			return "", nil, fmt.Errorf("there is no attribute %q; write %s, %s, %s or %s, or quote the name", show.Clip(attr, 60), attrExecutable, attrOpen, attrQuoted, attrDigest)
		}
		attrs = append(attrs, attr)
	}
	return name, attrs, nil
}

// fill reads the content as its attributes say.
func (m *member) fill(raw []byte, attrs []string) error {
	m.executable = slices.Contains(attrs, attrExecutable)
	if slices.Contains(attrs, attrDigest) {
		m.digest = strings.TrimSpace(string(raw))
		if _, err := hex.DecodeString(m.digest); err != nil || len(m.digest) != 2*sha256.Size {
			return errors.New("the digest is no SHA-256 in hex")
		}
		return nil
	}
	if slices.Contains(attrs, attrQuoted) {
		var plain []byte
		for line := range bytes.Lines(raw) {
			inner, ok := bytes.CutPrefix(line, []byte(">"))
			if !ok {
				return errors.New("a line of the quoted file does not begin with >")
			}
			plain = append(plain, inner...)
		}
		raw = plain
	}
	if slices.Contains(attrs, attrOpen) {
		raw = bytes.TrimSuffix(raw, []byte("\n"))
	} else if len(raw) > 0 && raw[len(raw)-1] != '\n' {
		raw = append(raw, '\n') // the last of an archive that is not ended
	}
	m.content = raw
	return nil
}

// appendMember writes one file so that parseArchive reads it back.
func appendMember(out []byte, m member) []byte {
	var attrs []string
	if m.executable {
		attrs = append(attrs, attrExecutable)
	}
	raw := m.content
	if m.digest == "" && textdiff.IsBinary(raw) {
		sum := sha256.Sum256(raw)
		m.digest = hex.EncodeToString(sum[:])
	}
	if m.digest != "" {
		attrs, raw = append(attrs, attrDigest), []byte(m.digest+"\n")
	}
	if n := len(raw); n > 0 && raw[n-1] != '\n' {
		attrs, raw = append(attrs, attrOpen), append(slices.Clone(raw), '\n')
	}
	if looksLikeHeader(raw) {
		attrs = append(attrs, attrQuoted)
		var quoted []byte
		for line := range bytes.Lines(raw) {
			quoted = append(append(quoted, '>'), line...)
		}
		raw = quoted
	}
	name := m.name
	if quoted := strconv.Quote(name); quoted != `"`+name+`"` || strings.TrimSpace(name) != name || strings.Contains(name, " (") || name == "" {
		name = quoted
	}
	if len(attrs) > 0 {
		name += " (" + strings.Join(attrs, ", ") + ")"
	}
	return append(append(out, "-- "+name+" --\n"...), raw...)
}

func looksLikeHeader(raw []byte) bool {
	for line := range bytes.Lines(raw) {
		if _, ok := headerOf(line); ok {
			return true
		}
	}
	return false
}
