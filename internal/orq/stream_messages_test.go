package orq

import (
	"io"
	"iter"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/tmaxmax/go-sse"
)

// FuzzMessages compares the messages of a stream with those that go-sse reads from its beginning.
func FuzzMessages(f *testing.F) {
	long := "data: " + strings.Repeat("x", maxStreamBuffer) + "\n\n"
	for _, seed := range []string{
		"data: a\n\ndata: b\n\ndata: [DONE]\n\n", "event: x\ndata: a\n\ndata: b\n\n", "data:a\n\ndata: b\n\n", "data: a\ndata: b\n\ndata: c\n\n",
		": ping\n\n\ndata: a\n\n: ping\n\ndata: b\n\n", "data: a\r\n\r\ndata: b\n\n", "data: a\rdata: b\r\r", "data: a\n\r\n", "data: a\n\n\rdata: b\n\n",
		"data: a\n\n\ufeffdata: b\n\n", "\ufeffdata: a\n\n", "\n\n\ufeffdata: a\n\n", ": x\n\ufeffdata: a\n\n", "data: a\n\nid: 7\ndata: b\n\ndata: c\n\n",
		"event: x\n\ndata: a\n\n", "event: x\n: c\ndata: a\n\n", "event: x\nevent: y\ndata: a\n\n", "data: a\nevent: x\n\n", "data: a\n: c\n\n", "data: a", "data: a\n",
		"retry: 5\n\ndata: a\n\n", "data: \n\ndata\n\n", "data: a\n\n" + long + "data: b\n\n", long, strings.Repeat(": ping\n\n", 3) + "data: a",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, stream string) {
		want := readAll(sse.Read(&lastEventReader{Reader: strings.NewReader(stream)}, &sse.ReadConfig{MaxEventSize: maxEvent}))
		for name, reader := range map[string]io.Reader{
			"at once": strings.NewReader(stream), "by halves": iotest.HalfReader(strings.NewReader(stream)), "with the end": iotest.DataErrReader(strings.NewReader(stream)),
		} {
			if diff := cmp.Diff(want, readAll(readMessages(&lastEventReader{Reader: reader}))); diff != "" {
				t.Errorf("messages of %q read %s (-go-sse +got):\n%s", stream, name, diff)
			}
		}
	})
}

func readAll(messages iter.Seq2[sse.Event, error]) (all []sse.Event) {
	for message, err := range messages {
		if err != nil {
			message.Type = "error: " + err.Error()
		}
		message.Data = strings.Clone(message.Data)
		all = append(all, message)
	}
	return all
}
