package orq_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Events are decoded in one of two ways, depending on their length.
func TestLongEventsDecodeLikeShortOnes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(" ", 70<<10)
	for _, typed := range typedEvents() {
		short := typed.wire()
		stream := "data: " + short + "\n\ndata: " + short[:len(short)-1] + long + "}\n\ndata: [DONE]\n\n"
		events, err := collect(serve(t, streaming(stream)).StreamRun(t.Context(), runRequest))
		if err != nil || len(events) != 2 {
			t.Fatalf("%d events, error %v, want 2 and none", len(events), err)
		}
		if diff := cmp.Diff(events[0], events[1]); diff != "" {
			t.Errorf("%s (-short +long):\n%s", typed.typ, diff)
		}
	}
}

func TestResponseEventThatCannotBeRead(t *testing.T) {
	t.Parallel()
	const prefix = "the event stream broke off before its end: an event is not the JSON expected: "
	for data, want := range map[string]string{
		`oops`:                  "invalid character 'o' looking for beginning of value",
		`{"sequence_number":1}`: "event without a type",
		`{"type":"response.x","a":` + strings.Repeat("[", 70<<10): "invalid character '[' exceeded max depth",
	} {
		client := serveGeneration(t, orq.APIResponses, streaming("data: "+data+"\n\n"))
		_, err := collect(client.StreamAgent(t.Context(), "a1", orq.InvokeRequest{}))
		if !errors.Is(err, orq.ErrCutOff) || err.Error() != prefix+want {
			t.Errorf("stream with %.30s: error %v, want %s", data, err, prefix+want)
		}
	}
}
