package cookiecutter

import "testing"

func TestPlaces(t *testing.T) {
	t.Parallel()
	manifest := "{\n  \"a\": {\"b\": 1, \"c\\\"d\": [\"b\"]},\n\t\"b\": \"a\",\"é\": 1, \"c\\\"d\": 2,\n \"a\": NaN}"
	for key, want := range map[string][2]int{
		"a": {4, 2}, "b": {3, 2}, "é": {3, 11}, `c"d`: {3, 19}, "none": {}, "": {},
	} {
		if line, column := keyAt([]byte(manifest), key); [2]int{line, column} != want {
			t.Errorf("%q: %d:%d, want %v", key, line, column, want)
		}
	}
	for _, text := range []string{"", "[]", "{", "{\"a\"", "{\"a\" 1}", "nonsense"} {
		if line, _ := keyAt([]byte(text), "z"); line != 0 {
			t.Errorf("%q has a key", text)
		}
	}
	if line, column := invalidAt([]byte("one\ncaf\xe9\n")); line != 2 || column != 4 {
		t.Errorf("%d:%d", line, column)
	}
}

func FuzzKeyAt(f *testing.F) {
	f.Add([]byte(`{"a": 1, "b\"": {"a": []}}`), "a")
	f.Add([]byte("{\"\": "), "")
	f.Fuzz(func(t *testing.T, text []byte, key string) {
		if line, column := keyAt(text, key); (line == 0) != (column == 0) {
			t.Errorf("%d:%d", line, column)
		}
	})
}
