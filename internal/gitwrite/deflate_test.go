package gitwrite

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// inflate is the other direction, by the standard library.
func inflate(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatalf("after %d bytes: %v", len(out), err)
	}
	return out
}

// pieces are inputs that reach every length and distance.
func pieces() [][]byte {
	rng := rand.New(rand.NewPCG(1, 2))
	out := [][]byte{nil, []byte("a"), []byte("abcabcabc"), bytes.Repeat([]byte{0xff}, 100_000)}
	for _, alphabet := range []int{2, 20, 256} {
		for _, size := range []int{3, 4, 5, 300, 70_000} {
			b := make([]byte, size)
			for i := range b {
				b[i] = byte(rng.IntN(alphabet))
			}
			out = append(out, b)
		}
	}
	noise := out[len(out)-1]
	for n := 3; n < 600; n += 7 {
		out = append(out, append(append([]byte{}, noise[:n]...), noise[:n]...))
	}
	for distance := 1; distance <= 40_000; distance = distance*5/4 + 1 {
		out = append(out, append(append([]byte{}, noise[:distance]...), noise[:min(distance, 200)]...))
	}
	return out
}

// TestDeflate holds the law: inflating gives back what was deflated, whatever was
// deflated before with the same deflater.
func TestDeflate(t *testing.T) {
	t.Parallel()
	d := &deflater{}
	for i, p := range pieces() {
		got := d.deflate(nil, p)
		if back := inflate(t, got); !bytes.Equal(back, p) {
			t.Fatalf("piece %d of %d bytes comes back as %d others", i, len(p), len(back))
		}
		if head := []byte("head"); !bytes.Equal(inflate(t, new(deflater).deflate(head, p)), append(head, p...)) {
			t.Fatalf("piece %d with a head", i)
		}
		if len(got) > len(p)+len(p)/64+32 {
			t.Errorf("piece %d of %d bytes grew to %d", i, len(p), len(got))
		}
	}
	for _, p := range pieces() {
		p = bytes.Repeat(p, 1+600_000/(1+len(p)))
		for workers := range 3 {
			if !bytes.Equal(inflate(t, deflateParallel([]byte("head"), p, workers+1)), append([]byte("head"), p...)) {
				t.Fatalf("%d bytes on %d goroutines", len(p), workers+1)
			}
		}
	}
	d.base = 1<<32 - 100
	if p := bytes.Repeat([]byte("wrap around "), 50); !bytes.Equal(inflate(t, d.deflate(nil, p)), p) {
		t.Error("when the places wrap around")
	}
}

func TestDeflateCompresses(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 100 {
		fmt.Fprintf(&text, "def function_%d(argument):\n    return argument + %d\n", i, i)
	}
	if got := len(new(deflater).deflate(nil, []byte(text.String()))); got > text.Len()/3 {
		t.Errorf("%d bytes became %d", text.Len(), got)
	}
}

func FuzzDeflate(f *testing.F) {
	for _, p := range pieces()[:20] {
		f.Add(p, p)
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		d := &deflater{}
		for _, p := range [][]byte{first, second, first} {
			if !bytes.Equal(inflate(t, d.deflate(nil, p)), p) {
				t.Fatal("other bytes come back")
			}
		}
	})
}

func BenchmarkDeflate(b *testing.B) {
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "def function_%d(argument):\n    return argument + %d\n", i, i*i)
	}
	data := []byte(text.String())
	b.Run("ours", func(b *testing.B) {
		d := &deflater{}
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			d.deflate(nil, data)
		}
	})
	b.Run("zlib level 1", func(b *testing.B) {
		var out bytes.Buffer
		z, _ := zlib.NewWriterLevel(&out, zlib.BestSpeed)
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			out.Reset()
			z.Reset(&out)
			z.Write(data)
			z.Close()
		}
	})
}
