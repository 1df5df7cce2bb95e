package redact_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

func TestWriter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ pieces, want []string }{
		"without a secret":        {[]string{"Hello ", "there"}, []string{"Hello ", "there"}},
		"within a piece":          {[]string{"it is sk-secret."}, []string{"it is ***."}},
		"over two pieces":         {[]string{"it is sk-", "secret."}, []string{"it is ", "***."}},
		"a byte at a time":        {strings.Split("sk-secret.", ""), []string{"***", "."}},
		"a beginning only":        {[]string{"sk", "-all"}, []string{"sk-all"}},
		"a beginning at the end":  {[]string{"it is sk-se"}, []string{"it is ", "sk-se"}},
		"after a false beginning": {[]string{"sk-s", "k-secret"}, []string{"sk-***"}},
		"empty pieces":            {[]string{"", "sk-", "", "secret"}, []string{"***"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			w := redact.NewWriter(redact.NewKey("sk-secret"), func(piece string) { got = append(got, piece) })
			for _, piece := range c.pieces {
				w.Write(piece)
			}
			w.Flush()
			w.Flush() // has nothing more to pass on
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("pieces of %q (-want +got):\n%s", c.pieces, diff)
			}
		})
	}
}

func TestWriterWithoutAReceiverDropsPieces(t *testing.T) {
	t.Parallel()
	w := redact.NewWriter(redact.NewKey("sk-secret"), nil)
	w.Write("sk-")
	w.Flush()
}

// FuzzWriter checks that a text comes out as it does in one piece, wherever it is divided.
func FuzzWriter(f *testing.F) {
	f.Add("say sk-secret twice: sk-sk-secret", uint8(7), uint8(9))
	f.Add("sk-secre", uint8(1), uint8(1))
	f.Fuzz(func(t *testing.T, text string, first, second uint8) {
		values := redact.NewKey("sk-secret")
		cuts := []int{min(int(first), len(text)), min(int(second), len(text))}
		slices.Sort(cuts)
		var got strings.Builder
		w := redact.NewWriter(values, func(piece string) { got.WriteString(piece) })
		for _, piece := range []string{text[:cuts[0]], text[cuts[0]:cuts[1]], text[cuts[1]:]} {
			w.Write(piece)
		}
		w.Flush()
		if want := values.Mask(text); got.String() != want {
			t.Errorf("%q divided at %v = %q, want %q", text, cuts, got.String(), want)
		}
	})
}
