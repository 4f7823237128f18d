// Package comptest tests components: it renders small projects that use one, and
// compares what they come to with what was written down.
//
// A component is a folder with component.hcl. Its cases are the files tests/*.txtar in
// that folder, each a text archive of one project:
//
//	what the case shows
//	-- mlops.hcl --
//	project "demo" {}
//
//	component "ci" {
//	  source = ".."
//	}
//	-- expected/ci/train.yml --
//	run: make train
//
// A path of a local source is relative to tests/, so ".." is the component under test
// and "../../other" its neighbour. The files of an archive are the project's before
// the first apply: the spec, variable files, and whatever stands there already. What
// begins with expected/ must be exactly the files that the project has afterwards,
// those that it had and that nothing changes left out. A file "refused" in their place
// says that the project is refused, and holds the diagnostics; a file "warnings" holds
// the warnings.
//
// A name is followed, in brackets, by what plain text cannot say: 0755 for an
// executable, "no final newline", "quoted" where every line begins with > because the
// content has lines that look like those of an archive, and "digest" where the content
// is the SHA-256 of a binary file.
//
// Evaluation is the real one: hclspec.Load, planner.Desired and planner.Diff. The
// package opens no connection and writes nothing: an updated case is returned. It
// refuses cases past its limits, names that are no clean paths, cases that do not use
// the component, and sources that lead out of the folder that it was given or to git.
package comptest
