package orq_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
