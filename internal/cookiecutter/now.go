package cookiecutter

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/internal/jinja"
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// zones is the time zone database as Go ships it (lib/time/zoneinfo.zip), so
// that no zone is read from the machine.
//
//go:embed zoneinfo.zip
var zones []byte

// now is the tag {% now zone [+ shift][, format] %}.
type now struct{ clock time.Time }

func (n now) tag(c *jinja.Context, args pyvalue.Args) (pyvalue.Value, error) {
	texts := make([]string, len(args.Pos))
	for i, a := range args.Pos {
		s, ok := pyvalue.TextOf(a)
		if _, none := a.(pyvalue.None); none && i > 0 {
			s, ok = "", true
		}
		if !ok {
			return nil, pyvalue.Raise("TypeError", "now takes texts, and was given a %s", a.TypeName())
		}
		texts[i] = s
	}
	t, err := inZone(n.clock, texts[0])
	if err != nil {
		return nil, err
	}
	rest := texts[1:]
	if len(texts) >= 3 {
		if t, err = shift(t, texts[1], texts[2]); err != nil {
			return nil, err
		}
		rest = texts[3:]
	}
	format := "%Y-%m-%d"
	if len(rest) > 0 && rest[0] != "" {
		format = rest[0]
	}
	out, err := strftime(t, format)
	if err != nil {
		return nil, err
	}
	if err := c.Budget().Alloc(int64(len(out))); err != nil {
		return nil, err
	}
	return pyvalue.String(out), nil
}

// inZone reads a zone as arrow's TzinfoParser does.
func inZone(t time.Time, zone string) (time.Time, error) {
	switch zone {
	case "local":
		return t, nil
	case "utc", "UTC", "Z":
		return t.UTC(), nil
	}
	if m := regexp.MustCompile(`^(?:\(UTC)*([+-])?(\d{2})(?::?(\d{2}))?`).FindStringSubmatch(zone); m != nil {
		hours, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		seconds := hours*3600 + minutes*60
		if seconds >= 24*3600 {
			return t, pyvalue.Raise("ValueError", "the offset %s is a day or more", zone)
		}
		if m[1] == "-" {
			seconds = -seconds
		}
		return t.In(time.FixedZone(offsetName(seconds), seconds)), nil
	}
	loc, err := location(zone)
	if err != nil {
		return t, pyvalue.Raise("ParserError", "Could not parse timezone expression '%s'.", zone)
	}
	return t.In(loc), nil
}

// offsetName is what Python calls a zone that is only an offset.
func offsetName(seconds int) string {
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	return "UTC" + sign + pad(seconds/3600, 2, '0') + ":" + pad(seconds/60%60, 2, '0')
}

func location(name string) (*time.Location, error) {
	r, err := zip.NewReader(bytes.NewReader(zones), int64(len(zones)))
	if err != nil {
		return nil, err
	}
	f, err := r.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(name, data)
}

// shift moves the wall clock by "days=1,hours=-2", as arrow does.
func shift(t time.Time, sign, by string) (time.Time, error) {
	for part := range strings.SplitSeq(by, ",") {
		unit, text, ok := strings.Cut(part, "=")
		n, err := strconv.ParseFloat(sign+strings.TrimSpace(text), 64)
		if !ok || err != nil || math.IsNaN(n) || math.Abs(n) > 1e9 {
			return t, pyvalue.Raise("ValueError", "could not read the shift %q: write for example 'days=1,hours=2'", part)
		}
		if t, err = shiftBy(t, strings.TrimSpace(unit), n); err != nil {
			return t, err
		}
	}
	return t, nil
}

func shiftBy(t time.Time, unit string, n float64) (time.Time, error) {
	months := map[string]int{"years": 12, "quarters": 3, "months": 1}
	spans := map[string]float64{
		"weeks": 7 * 24 * 3600, "days": 24 * 3600, "hours": 3600, "minutes": 60, "seconds": 1, "microseconds": 1e-6,
	}
	if m := months[unit]; m != 0 {
		if n != math.Trunc(n) {
			return t, pyvalue.Raise("ValueError", "Non-integer years and months are ambiguous and not currently supported.")
		}
		return addMonths(t, int(n)*m)
	}
	span := spans[unit]
	if span == 0 {
		return t, pyvalue.Raise("ValueError", "Invalid shift time frame %q: use years, quarters, months, weeks, days, hours, minutes, seconds or microseconds", unit)
	}
	seconds := n * span
	if math.Abs(seconds) > 1e12 {
		return t, pyvalue.Raise("OverflowError", "date value out of range")
	}
	whole := math.Floor(seconds)
	return inRange(time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second()+int(whole),
		t.Nanosecond()+int((seconds-whole)*1e9), t.Location()))
}

// addMonths keeps the day, or takes the last one of a shorter month.
func addMonths(t time.Time, n int) (time.Time, error) {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return inRange(time.Date(first.Year(), first.Month(), min(t.Day(), last), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location()))
}

func inRange(t time.Time) (time.Time, error) {
	if t.Year() < 1 || t.Year() > 9999 {
		return t, pyvalue.Raise("OverflowError", "date value out of range")
	}
	return t, nil
}
