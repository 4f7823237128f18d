package gitrepo

import "strings"

// validRef follows git-check-ref-format(1): a name below refs/, or one in
// capitals like HEAD. Such a name is safe to use as a relative path.
func validRef(ref string) bool {
	if !strings.HasPrefix(ref, "refs/") {
		return ref != "" && strings.Trim(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
	}
	if strings.HasSuffix(ref, ".") || strings.Contains(ref, "..") || strings.Contains(ref, "@{") {
		return false
	}
	for _, c := range []byte(ref) {
		if c <= ' ' || c == 0x7f || strings.IndexByte(`~^:?*[\`, c) >= 0 {
			return false
		}
	}
	for part := range strings.SplitSeq(ref, "/") {
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return true
}
