package gitconf

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// parseBool follows git_parse_maybe_bool: words without case, the empty value
// is false, numbers other than zero are true.
func parseBool(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "true", "yes", "on":
		return true, true
	case "", "false", "no", "off":
		return false, true
	}
	n, ok := parseInt(s)
	return n != 0, ok
}

// parseInt reads a C integer (decimal, 0x, leading 0 for octal) with an
// optional unit, in 32 bits.
func parseInt(s string) (int32, bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	factor := int64(1)
	if s != "" {
		if f := unit(s[len(s)-1]); f != 0 {
			factor, s = f, s[:len(s)-1]
		}
	}
	n, ok := parseCInt(s)
	if !ok || n > math.MaxInt32/factor || n < math.MinInt32/factor {
		return 0, false
	}
	return int32(n * factor), true
}

func unit(c byte) int64 {
	switch c {
	case 'k', 'K':
		return 1 << 10
	case 'm', 'M':
		return 1 << 20
	case 'g', 'G':
		return 1 << 30
	}
	return 0
}

func parseCInt(s string) (int64, bool) {
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || strings.Contains(digits, "_") {
		return 0, false
	}
	if len(digits) > 1 && digits[0] == '0' && strings.IndexByte("oObB", digits[1]) >= 0 {
		return 0, false // strconv takes more forms than C does
	}
	n, err := strconv.ParseInt(s, 0, 64)
	return n, err == nil
}

var errHome = errors.New("starts with ~user/ or %(prefix)/, which mlops does not expand; write the path out")

// expandHome replaces a leading ~/ (or a lone ~).
func expandHome(path, home string) (string, error) {
	if strings.HasPrefix(path, "%(prefix)/") {
		return "", errHome
	}
	if !strings.HasPrefix(path, "~") {
		return path, nil
	}
	rest := path[1:]
	if rest != "" && rest[0] != '/' {
		return "", errHome
	}
	if home == "" {
		return "", errors.New("starts with ~/, but HOME is not set")
	}
	return home + rest, nil
}
