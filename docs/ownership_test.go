package docs_test

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/planner"
)

const ownershipIntro = `# Who owns what

A file of the spec belongs to one of three owners.

- ` + "`spec`" + ` (the default): mlops owns the bytes. An outside edit is drift: the plan lists it, one yes undoes it, and the
  old bytes stay reachable; apply says how.
- ` + "`shared`" + `: edits stay. When the spec renders something new, it is merged in, line by line, with what was last
  rendered as the base (` + "`.mlops/base`" + `, committed, so that a shallow clone can merge too). Where both changed the same
  lines, plan and apply exit 1, write nothing and show base, mine and spec; ` + "`mlops resolve PATH`" + ` settles it.
  Sections of a README are merged each on its own, and finer where lines are too coarse: by the rows, cells and
  numbers that changed, so that new numbers come into a table with your notes.
- ` + "`user`" + `: written once, then theirs. It may hold parts of other objects.

Parts of a file that is otherwise the user's:

- ` + "`file_block`" + ` keeps a region between two comment lines that carry its address. Every byte outside stays as it is.
- ` + "`file_keys`" + ` keeps some keys of a JSON, YAML or TOML file: ` + "`set`, `append`, `unset`" + `. Comments, order, quoting and layout of
  everything else survive.

## How an object stands

Every object is in one of these classes, between the lock (what was last rendered and applied), the disk and the spec.
The words are the same in the plan's text, in ` + "`class`" + ` of its JSON, and here.

| class | meaning | spec | shared | user |
| --- | --- | --- | --- | --- |
`

const ownershipMore = `
## Changing what is owned

- ` + "`moved { from = file[\"a\"] to = file[\"b\"] }`" + ` is a rename that carries the edits ownership keeps. With ` + "`for_each`" + ` it moves many.
- ` + "`removed { from = file[\"a\"] lifecycle { destroy = false } }`" + ` forgets an object and leaves its file. Dropping a block alone
  deletes the file only when nobody edited it; else the plan refuses and prints this block.
- ` + "`import { to = file[\"a\"] }`" + ` takes over a file that is there already and differs; an identical one needs no block.
- ` + "`mlops adopt PATH`" + ` writes an outside edit back into the spec; ` + "`mlops import DIR`" + ` writes a spec for files that are there.
- ` + "`mlops undo`" + ` returns the managed files to before the last apply, keeping later edits.

## Branches

The lock is made to merge: one stanza an object, one attribute a line, sorted, no counts. What conflicts all the same,
` + "`mlops lock --resolve`" + ` settles; ` + "`mlops lock --install-driver`" + ` makes git do so by itself in this clone.
`

func ownershipPage() string {
	var b strings.Builder
	b.WriteString(ownershipIntro)
	for _, c := range planner.Classes() {
		if c.Word == "none" {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", c.Word, c.Meaning, c.Spec, c.Shared, c.User)
	}
	b.WriteString(ownershipMore)
	return b.String()
}
