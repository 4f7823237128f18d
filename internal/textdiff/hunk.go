package textdiff

import "strconv"

// context is how many kept lines surround the edits of a hunk.
const context = 3

// noNewline follows a line that ends its file without LF.
const noNewline = "\n\\ No newline at end of file\n"

// size estimates the bytes of the patch: exact for the edited lines, a guess
// for context and headers.
func (d *difference) size() int {
	n := 256
	for _, e := range d.edits {
		n += d.old.bytes(e.OldStart, e.OldEnd) + d.new.bytes(e.NewStart, e.NewEnd)
		n += e.OldEnd - e.OldStart + e.NewEnd - e.NewStart + 64
		n += d.old.bytes(max(0, e.OldStart-context), e.OldStart)
		n += d.old.bytes(e.OldEnd, min(d.old.len(), e.OldEnd+context))
	}
	return n
}

func (d *difference) appendHunks(out []byte) []byte {
	for i := 0; i < len(d.edits); {
		j := i + 1
		for j < len(d.edits) && d.edits[j].OldStart-d.edits[j-1].OldEnd <= 2*context {
			j++
		}
		out = d.appendHunk(out, d.edits[i:j])
		i = j
	}
	return out
}

// appendHunk writes one hunk. Context is the same on both sides, so it is taken
// from the old one.
func (d *difference) appendHunk(out []byte, list []Edit) []byte {
	first, last := list[0], list[len(list)-1]
	before := min(context, first.OldStart)
	after := min(context, d.old.len()-last.OldEnd)
	out = append(out, "@@ -"...)
	out = d.appendRange(out, first.OldStart-before, last.OldEnd+after)
	out = append(out, " +"...)
	out = d.appendRange(out, first.NewStart-before, last.NewEnd+after)
	out = append(out, " @@\n"...)
	at := first.OldStart - before
	for _, e := range list {
		out = appendLines(out, ' ', d.old, at, e.OldStart)
		out = appendLines(out, '-', d.old, e.OldStart, e.OldEnd)
		out = appendLines(out, '+', d.new, e.NewStart, e.NewEnd)
		at = e.OldEnd
	}
	return appendLines(out, ' ', d.old, at, at+after)
}

// appendRange writes the lines [from, to) as "start,count": count is left out
// when it is 1, and an empty range names the line before it.
func (d *difference) appendRange(out []byte, from, to int) []byte {
	start, count := d.first+from+1, to-from
	if count == 0 {
		start--
	}
	out = strconv.AppendInt(out, int64(start), 10)
	if count == 1 {
		return out
	}
	out = append(out, ',')
	return strconv.AppendInt(out, int64(count), 10)
}

func appendLines(out []byte, sign byte, t text, from, to int) []byte {
	for i := from; i < to; i++ {
		line := t.line(i)
		out = append(out, sign)
		out = append(out, line...)
		if line[len(line)-1] != '\n' {
			out = append(out, noNewline...)
		}
	}
	return out
}
