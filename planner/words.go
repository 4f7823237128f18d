package planner

import "fmt"

// protected is why a plan does not delete what the spec no longer has.
const protected = "prevent_destroy is set for it; put its block back, set prevent_destroy = false, apply, and only then remove the block"

// pasteImport is the block that lets an object take over what stands at its path.
func pasteImport(address string) string {
	return fmt.Sprintf("import {\n  to = %s\n}\n", address)
}

// pasteRemoved is the block that leaves alone what an object made.
func pasteRemoved(address string) string {
	return fmt.Sprintf("removed {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n", address)
}

// inTheWay says what is where a file belongs.
func (d *Disk) inTheWay() string {
	what := map[string]string{"directory": "a directory", "symlink": "a symbolic link", "other": "something that is no file"}[d.Type]
	return what + " stands in the way; move it away"
}
