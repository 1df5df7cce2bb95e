package a2a_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"

	spec "github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2asrv"
	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// finder is an agent behind the server of a2a-go that has found nothing, and says so in text and data.
type finder struct{}

func (finder) Execute(_ context.Context, about *a2asrv.ExecutorContext) iter.Seq2[spec.Event, error] {
	return func(yield func(spec.Event, error) bool) {
		_ = yield(spec.NewSubmittedTask(about, about.Message), nil) &&
			yield(spec.NewArtifactEvent(about, spec.NewTextPart("Found nothing."), spec.NewDataPart(nil), spec.NewDataPart([]any{"a", 1})), nil) &&
			yield(spec.NewStatusUpdateEvent(about, spec.TaskStateCompleted, nil), nil)
	}
}

func (finder) Cancel(context.Context, *a2asrv.ExecutorContext) iter.Seq2[spec.Event, error] {
	return func(func(spec.Event, error) bool) {}
}

// The library's client cannot read what its server writes here.
func TestDataOfTheLibrarysServerIsRead(t *testing.T) {
	t.Parallel()
	for binding, handler := range map[string]http.Handler{
		a2a.JSONRPC: a2asrv.NewJSONRPCHandler(a2asrv.NewHandler(finder{})), a2a.HTTPJSON: a2asrv.NewRESTHandler(a2asrv.NewHandler(finder{})),
	} {
		for _, streams := range []bool{false, true} {
			server := httptest.NewServer(handler)
			transport := &http.Transport{}
			card := fmt.Sprintf(`{"capabilities":{"streaming":%t},"supportedInterfaces":[{"url":%q,"protocolBinding":%q,"protocolVersion":"1.0"}]}`, streams, server.URL, binding)
			client, err := a2a.Dial(a2a.Agent{Card: json.RawMessage(card)}, transport)
			if err != nil {
				t.Fatal(err)
			}
			got, err := client.Ask(t.Context(), question(), func([]orq.Part) error { return nil })
			want := []orq.Part{
				orq.TextPart("Found nothing."),
				{Kind: orq.KindData, Data: map[string]any{"value": nil}},
				{Kind: orq.KindData, Data: map[string]any{"value": []any{"a", number("1")}}},
			}
			if diff := cmp.Diff(want, got.Parts); diff != "" || err != nil || got.State != orq.TaskCompleted {
				t.Errorf("%s, streams %t: state %s, error %v, parts (-want +got):\n%s", binding, streams, got.State, err, diff)
			}
			transport.CloseIdleConnections()
			server.Close()
		}
	}
}
