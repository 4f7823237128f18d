// Package merge3 merges two edited versions of a text line by line: the user's
// file and what the spec renders now, over what it rendered last time.
//
// Vocabulary: base is the version both sides started from, mine is the user's,
// theirs is ours. A line is its bytes up to and including LF; the last line may
// have none, and then differs from the same line with one. A hunk is a range of
// base lines that one side replaced. Hunks of the two sides that overlap or touch
// form a region; a hunk alone is a region too. A region changed by one side
// only, or by both to the same lines, is clean. Any other region is a conflict,
// less the lines at its start and end that mine and theirs share. Two-way means
// without a base: each hunk between mine and theirs is a conflict.
//
// How lines are paired: the ends that both texts share are set aside, so are
// lines that cannot be paired or are everywhere (sift.go), what is left goes
// through Myers' algorithm in linear space (middle.go), and the hunks then slide
// down as far as equal lines allow, or to where the other text has a hunk
// (slide.go). The choices among equally good pairings are those of git, so that
// a merge here and "git merge-file" give the same bytes. internal/textdiff makes
// other choices, for shorter work on large files, and cannot stand in.
//
// Where the text is known to be regenerated, MergePieces goes on in a conflict with
// pieces that are smaller than lines (pieces.go).
//
// Guarantees: pure and total; the same input gives the same bytes on every
// machine. Bytes of lines are never altered, CR and a missing final LF included.
// Work is bounded by counting steps, never by a clock: where the bound bites,
// a part of the text counts as changed though it need not, which can make a
// conflict larger and never makes a wrong merge.
//
// The package refuses binary data, text that is not UTF-8, texts larger than
// MaxBytes or longer than MaxLines, to open files, to ignore white space, and to
// settle a conflict by itself.
//
// Sources: Khanna, Kunal, Pierce, "A Formal Investigation of Diff3" (2007) for
// regions; Myers, "An O(ND) Difference Algorithm and Its Variations" (1986);
// git's merge-file (git 2.39: xdl_merge, style zdiff3) for what touches, for the
// zealous trimming of conflicts, and for markers.
package merge3
