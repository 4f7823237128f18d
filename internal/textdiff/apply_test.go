package textdiff

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// apply is a strict reader of patches, the oracle of the fuzz targets: hunks must
// stand exactly where they say, count right, match every byte, and have full
// context unless the file ends there.
func apply(old, patch []byte) ([]byte, error) {
	at := bytes.Index(patch, []byte("\n@@ "))
	if at < 0 {
		return old, nil
	}
	p := patcher{old: splitLines(old), patch: splitLines(patch[at+1:])}
	for len(p.patch) > 0 {
		if err := p.hunk(); err != nil {
			return nil, fmt.Errorf("%w, %d patch lines before the end", err, len(p.patch))
		}
	}
	p.copyTo(len(p.old))
	return bytes.Join(p.new, nil), nil
}

type patcher struct {
	old, new, patch [][]byte
	at              int // in old
}

func splitLines(b []byte) [][]byte {
	list := bytes.SplitAfter(b, []byte("\n"))
	if len(list[len(list)-1]) == 0 {
		list = list[:len(list)-1]
	}
	return list
}

func (p *patcher) copyTo(line int) {
	p.new = append(p.new, p.old[p.at:line]...)
	p.at = line
}

// hunk applies the hunk that the patch starts with.
func (p *patcher) hunk() error {
	h := regexp.MustCompile(`^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$`).FindSubmatch(p.patch[0])
	if h == nil {
		return fmt.Errorf("header %q", p.patch[0])
	}
	oldAt, oldN := number(h[1], h[2])
	newAt, newN := number(h[3], h[4])
	if oldAt < p.at || oldAt > len(p.old) {
		return errors.New("hunks out of order")
	}
	p.copyTo(oldAt)
	if len(p.new) != newAt {
		return fmt.Errorf("new start %d, want %d", newAt, len(p.new))
	}
	p.patch = p.patch[1:]
	body, err := p.body(oldN, newN)
	if err != nil {
		return err
	}
	before, after := contextOf(body)
	if len(body) == before || before > 3 || after > 3 || before < 3 && oldAt > 0 || after < 3 && p.at < len(p.old) {
		return fmt.Errorf("context %d, %d", before, after)
	}
	return nil
}

// number reads a range as the count of lines before it and its length.
func number(start, count []byte) (before, n int) {
	before, _ = strconv.Atoi(string(start))
	n = 1
	if count != nil {
		n, _ = strconv.Atoi(string(count))
	}
	if n > 0 {
		before--
	}
	return before, n
}

// body applies the lines of a hunk and returns their signs.
func (p *patcher) body(oldN, newN int) (signs []byte, err error) {
	for oldN > 0 || newN > 0 {
		if len(p.patch) == 0 {
			return nil, errors.New("hunk is cut")
		}
		sign, line := p.patch[0][0], p.patch[0][1:]
		p.patch = p.patch[1:]
		if len(p.patch) > 0 && string(p.patch[0]) == "\\ No newline at end of file\n" {
			line = line[:len(line)-1]
			p.patch = p.patch[1:]
		}
		if sign != '+' {
			if p.at == len(p.old) || !bytes.Equal(p.old[p.at], line) {
				return nil, fmt.Errorf("old line %d does not match", p.at+1)
			}
			p.at++
			oldN--
		}
		if sign != '-' {
			p.new = append(p.new, line)
			newN--
		}
		signs = append(signs, sign)
	}
	return signs, nil
}

func contextOf(signs []byte) (before, after int) {
	before = len(signs) - len(bytes.TrimLeft(signs, " "))
	after = len(signs) - len(bytes.TrimRight(signs, " "))
	return before, after
}

// counts returns the "+" and "-" lines of the hunks.
func counts(patch []byte) (added, removed int) {
	at := bytes.Index(patch, []byte("\n@@ "))
	if at < 0 {
		return 0, 0
	}
	for _, line := range splitLines(patch[at+1:]) {
		switch line[0] {
		case '+':
			added++
		case '-':
			removed++
		}
	}
	return added, removed
}
