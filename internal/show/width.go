package show

// Width is the number of terminal columns that s takes when it is printed as it is:
// East Asian wide characters count two, combining marks none. Hidden characters are
// for Text and Line, not for this.
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += columns(r)
	}
	return n
}
