package hclfunc

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// maxDecode is the longest text that is read as data, in bytes.
const maxDecode = 8 << 20

func decodeCost(c *call) error {
	n := c.total().text
	if n > maxDecode {
		return argError(0, fmt.Errorf("the text is longer than the limit of %d MiB", maxDecode>>20))
	}
	if err := c.steps(n / 8); err != nil {
		return err
	}
	return c.bytes(n)
}

// valueSteps is charged for each value that is read: it takes about 300 bytes.
const valueSteps = 4

// jsonReader reads values in one pass. (Package cty/json reads the text once
// for each level of nesting.)
type jsonReader struct {
	dec    *json.Decoder
	budget *hcllimit.Budget
}

func jsonDecodeFunc(e env) function.Function {
	return textFunc(cty.DynamicPseudoType, []string{"string"}, func(a []string) (cty.Value, error) {
		r := jsonReader{json.NewDecoder(strings.NewReader(a[0])), e.budget}
		r.dec.UseNumber()
		v, err := r.value(0)
		if err == nil {
			if _, end := r.dec.Token(); end != io.EOF {
				err = errors.New("extraneous data after JSON object")
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = errors.New("unexpected end of JSON text")
		}
		if err != nil {
			return cty.NilVal, argError(0, err)
		}
		return v, nil
	})
}

func (r jsonReader) value(depth int) (cty.Value, error) {
	tok, err := r.dec.Token()
	if err != nil {
		return cty.NilVal, err
	}
	if err := r.budget.Steps(valueSteps); err != nil {
		return cty.NilVal, err
	}
	switch tok := tok.(type) {
	case nil:
		return cty.NullVal(cty.DynamicPseudoType), nil
	case bool:
		return cty.BoolVal(tok), nil
	case string:
		return cty.StringVal(tok), nil
	case json.Number:
		return parseNumber(string(tok))
	}
	if depth++; depth > maxDepth {
		return cty.NilVal, errDepth
	}
	if tok == json.Delim('{') {
		return r.object(depth)
	}
	return r.array(depth)
}

func (r jsonReader) array(depth int) (cty.Value, error) {
	var vals []cty.Value
	for r.dec.More() {
		v, err := r.value(depth)
		if err != nil {
			return cty.NilVal, err
		}
		vals = append(vals, v)
	}
	_, err := r.dec.Token()
	return cty.TupleVal(vals), err
}

// object lets the last of repeated members win if they are of one type, as cty
// does.
func (r jsonReader) object(depth int) (cty.Value, error) {
	vals := map[string]cty.Value{}
	for r.dec.More() {
		tok, err := r.dec.Token()
		if err != nil {
			return cty.NilVal, err
		}
		name, ok := tok.(string)
		if !ok {
			return cty.NilVal, errors.New("an object member must have a name in quotes")
		}
		v, err := r.value(depth)
		if err != nil {
			return cty.NilVal, err
		}
		key := cty.NormalizeString(name)
		if old, dup := vals[key]; dup && !old.Type().Equals(v.Type()) {
			return cty.NilVal, fmt.Errorf("duplicate %q property in JSON object", key)
		}
		vals[key] = v
	}
	_, err := r.dec.Token()
	return cty.ObjectVal(vals), err
}

// parseNumber reads a decimal number of a reasonable length and size.
func parseNumber(s string) (cty.Value, error) {
	if err := checkNumber(s); err != nil {
		return cty.NilVal, err
	}
	v, err := cty.ParseNumberVal(s)
	if err != nil {
		return cty.NilVal, err
	}
	return v, tooLarge(v)
}

func csvDecodeFunc(e env) function.Function {
	return textFunc(cty.DynamicPseudoType, []string{"string"}, func(a []string) (cty.Value, error) {
		r := csv.NewReader(strings.NewReader(a[0]))
		header, err := r.Read()
		if err == io.EOF {
			err = errors.New("missing header line")
		}
		if err != nil {
			return cty.NilVal, argError(0, csvError(err))
		}
		types := make(map[string]cty.Type, len(header))
		for i, name := range header {
			name = cty.NormalizeString(name)
			if _, dup := types[name]; dup {
				return cty.NilVal, argError(0, fmt.Errorf("duplicate column name %q", name))
			}
			header[i], types[name] = name, cty.String
		}
		rows, err := csvRows(r, header, e.budget)
		if err != nil {
			return cty.NilVal, argError(0, csvError(err))
		}
		if len(rows) == 0 {
			return cty.ListValEmpty(cty.Object(types)), nil
		}
		return cty.ListVal(rows), nil
	})
}

func csvRows(r *csv.Reader, header []string, b *hcllimit.Budget) ([]cty.Value, error) {
	var rows []cty.Value
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		if err := b.Steps(int64(1+len(cells)) * valueSteps); err != nil {
			return nil, err
		}
		row := make(map[string]cty.Value, len(cells))
		for i, text := range cells {
			row[header[i]] = cty.StringVal(text)
		}
		rows = append(rows, cty.ObjectVal(row))
	}
}

func csvError(err error) error {
	if pe, ok := errors.AsType[*csv.ParseError](err); ok {
		return fmt.Errorf("CSV parse error on line %d: %w", pe.Line, pe.Err)
	}
	return err
}
