package gitconf

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// parseDate reads the date formats that git-commit(1) names: git's own
// ("@1700000000 +0100"), ISO 8601, RFC 2822, and the default output of git log.
// The empty string is now. Zone names other than Z, UTC and GMT are refused.
func parseDate(s string, now time.Time) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return now.Truncate(time.Second), nil
	}
	if t, ok := parseRawDate(s, now); ok {
		return t, nil
	}
	text, zone := splitZone(s)
	if zone == nil {
		zone = now.Location()
	}
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, ", ", " ")), " ")
	for _, layout := range dateLayouts() {
		t, err := time.ParseInLocation(layout, text, zone)
		if err == nil && t.Year() >= 1970 && t.Year() < 2100 {
			return t.Truncate(time.Second), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date that mlops reads; write one like 2026-03-01T12:00:00+01:00", s)
}

func dateLayouts() []string {
	var layouts []string
	for _, day := range []string{"2006-1-2", "2006.1.2", "1/2/2006", "2.1.2006", "20060102"} {
		layouts = append(layouts, day+"T15:04:05", day+" 15:04:05", day+"T15:04", day+" 15:04", day+"T150405", day+" 150405")
	}
	return append(layouts, "Mon 2 Jan 2006 15:04:05", "2 Jan 2006 15:04:05", "Mon Jan 2 15:04:05 2006")
}

// parseRawDate reads seconds since 1970 with an offset. Without the @, git
// takes only numbers of nine digits and more for seconds.
func parseRawDate(s string, now time.Time) (time.Time, bool) {
	digits, offset, hasOffset := strings.Cut(strings.TrimPrefix(s, "@"), " ")
	seconds, err := strconv.ParseUint(digits, 10, 62)
	if err != nil || !isDigit(digits[0]) {
		return time.Time{}, false
	}
	if seconds < 100_000_000 && (s[0] != '@' || !hasOffset) {
		return time.Time{}, false
	}
	zone := now.Location()
	if hasOffset {
		if zone = parseOffset(offset); zone == nil || len(offset) != len("+0000") {
			return time.Time{}, false
		}
	}
	return time.Unix(int64(seconds), 0).In(zone), true
}

// splitZone cuts the zone off the end; nil when there is none. A sign counts
// only behind a time of day.
func splitZone(s string) (string, *time.Location) {
	for _, name := range []string{"Z", "UTC", "GMT"} {
		if rest, ok := strings.CutSuffix(s, name); ok {
			return rest, time.UTC
		}
	}
	sign := strings.LastIndexAny(s, "+-")
	if sign < 0 || !strings.Contains(s[:sign], ":") && !strings.ContainsAny(s[:sign], "T ") {
		return s, nil
	}
	zone := parseOffset(s[sign:])
	if zone == nil {
		return s, nil
	}
	return s[:sign], zone
}

// parseOffset reads +hh, +hhmm and +hh:mm.
func parseOffset(s string) *time.Location {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return nil
	}
	digits := s[1:]
	if len(digits) == 5 && digits[2] == ':' {
		digits = digits[:2] + digits[3:]
	}
	if len(digits) == 2 {
		digits += "00"
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || len(digits) != 4 || n%100 > 59 || n/100 > 23 {
		return nil
	}
	seconds := int(n/100*60+n%100) * 60
	if s[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds)
}
