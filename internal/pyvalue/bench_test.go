package pyvalue_test

import (
	"strings"
	"testing"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

func BenchmarkAdd(b *testing.B) {
	budget := py.NewBudget(1<<60, 1<<60)
	for b.Loop() {
		if _, err := py.Binary(budget, py.OpAdd, py.Int(20), py.Int(22)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDictGet(b *testing.B) {
	d := py.NewDict()
	for _, k := range strings.Fields("project_name package license author email version") {
		d.SetStr(k, py.String(k))
	}
	for b.Loop() {
		if _, ok := d.GetStr("license"); !ok {
			b.Fatal("lost")
		}
	}
}

func BenchmarkMethod(b *testing.B) {
	budget := py.NewBudget(1<<60, 1<<60)
	for b.Loop() {
		m, _, err := py.Attr(budget, py.String("My Great Project"), "lower")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := py.Call(budget, m, py.Args{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRepr(b *testing.B) {
	v := py.NewList(py.Int(1), py.Float(2.5), py.String("it's"), py.NewTuple(py.None{}))
	budget := py.NewBudget(1<<60, 1<<60)
	for b.Loop() {
		if _, err := py.Repr(budget, v); err != nil {
			b.Fatal(err)
		}
	}
}
