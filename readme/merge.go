package readme

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/merge3"
)

// sectionPieces are the pieces in which a section may change: the cells of a table's
// row, the numbers in a line, and what stands between them. A row is known by its
// first cell, another line by its words.
func sectionPieces() merge3.Pieces {
	return merge3.Pieces{
		Key: func(line []byte) string {
			text := strings.TrimSpace(string(line))
			switch {
			case !strings.HasPrefix(text, "|"):
				return masked(text)
			case strings.Trim(text, "|-: ") == "":
				return "|-"
			}
			cells := pipeCells(text)
			return "|" + strings.TrimSpace(cells[min(1, len(cells)-1)])
		},
		Words: func(line []byte) [][]byte {
			text, ended := strings.CutSuffix(string(line), "\n")
			var out []string
			if strings.HasPrefix(strings.TrimSpace(text), "|") {
				out = rowPieces(text)
			} else {
				out = valuePieces(text)
			}
			if ended {
				out = append(out, "\n")
			}
			list := make([][]byte, len(out))
			for i := range out {
				list[i] = []byte(out[i])
			}
			return list
		},
	}
}

// pipeCells is a table's row between its pipes.
func pipeCells(row string) []string {
	var out []string
	from := 0
	for i := range len(row) {
		if row[i] == '|' && (i == 0 || row[i-1] != '\\') {
			out, from = append(out, row[from:i]), i+1
		}
	}
	return append(out, row[from:])
}

// rowPieces are the pipes, the paddings and what stands in the cells.
func rowPieces(row string) []string {
	var out []string
	for i, cell := range pipeCells(row) {
		if i > 0 {
			out = append(out, "|")
		}
		left := cell[:len(cell)-len(strings.TrimLeft(cell, " "))]
		cell = cell[len(left):]
		text := strings.TrimRight(cell, " ")
		out = append(append(append(out, left), valuePieces(text)...), cell[len(text):])
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// valuePieces are the numbers in a text, and the texts between them.
func valuePieces(text string) []string {
	var out []string
	from := 0
	for i := 0; i < len(text); {
		n := numberAt(text, i)
		if n == 0 {
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
			continue
		}
		if i > from {
			out = append(out, text[from:i])
		}
		out = append(out, text[i:i+n])
		i += n
		from = i
	}
	if from < len(text) {
		out = append(out, text[from:])
	}
	return out
}

// masked is a text with its numbers made equal.
func masked(text string) string {
	all := valuePieces(text)
	for i := range all {
		if numberAt(all[i], 0) == len(all[i]) {
			all[i] = "0"
		}
	}
	return strings.Join(all, "")
}

// numberAt is the length of the number that stands at i, such as 0.87, 1,000 or
// 2026-01-31; 0 is none: a digit in a word is not one.
func numberAt(text string, i int) int {
	if text[i] < '0' || text[i] > '9' {
		return 0
	}
	if before, _ := utf8.DecodeLastRuneInString(text[:i]); i > 0 && wordy(before) {
		return 0
	}
	end := i
	for end < len(text) && bytes.IndexByte([]byte("0123456789.,:-"), text[end]) >= 0 {
		end++
	}
	end = i + len(strings.TrimRight(text[i:end], ".,:-"))
	if after, _ := utf8.DecodeRuneInString(text[end:]); end < len(text) && wordy(after) {
		return 0
	}
	return end - i
}

// wordy reports whether a character next to a number makes it part of a word.
func wordy(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// inFile counts the lines of a section's conflicts as the file does. What the spec
// says, and said last, is in no file: it has the line in whose place it would stand.
func inFile(at *stand, list []merge3.Conflict) []merge3.Conflict {
	var lines []int
	drop := 0
	parts, _ := at.joined()
	for _, part := range parts {
		n := part.line
		for line := range strings.Lines(part.raw) {
			if blank := strings.TrimRight(line, "\r\n") == ""; drop == len(lines) && (blank || len(lines) == 0 && at.marked) {
				drop++
			}
			lines = append(lines, n)
			n++
		}
	}
	lines = append(lines[drop:], at.line)
	out := slices.Clone(list)
	for i := range out {
		c := &out[i]
		c.Mine.Line = lines[max(0, min(c.Mine.Line-1, len(lines)-2))]
		if c.Theirs.Line = c.Mine.Line; c.Base.Line > 0 {
			c.Base.Line = c.Mine.Line
		}
	}
	return out
}
