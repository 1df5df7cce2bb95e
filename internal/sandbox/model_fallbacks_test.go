package sandbox_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFallbackModelsAreAskedInOrder(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyBody(500, `{}`), replyChunks(delta(`{"content":"half an"}`), `{"error":"overloaded"}`), replyText("Hi"))
	w := openWith(t, f)
	w.create("helper", object{
		"model":           object{"id": "a/first", "parameters": object{"temperature": 0.5}},
		"fallback_models": []any{object{"id": "a/second", "parameters": object{"top_p": 0.25}}, "a/third", "a/fourth"},
	})
	events := w.play("helper", say("Hi"))
	checkLastMessage(t, events, "Hi")
	var got []any
	for _, asked := range f.requests(3) {
		got = append(got, asked.Body["model"], asked.Body["temperature"], asked.Body["top_p"])
	}
	if diff := cmp.Diff([]any{"first", 0.5, nil, "second", nil, 0.25, "third", nil, nil}, got); diff != "" {
		t.Errorf("model, temperature and top_p of the requests (-want +got):\n%s", diff)
	}
}

func TestFallbacksOfTheParametersComeFirst(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyBody(500, `{}`), replyBody(503, `{}`), replyText("Hi"))
	w := openWith(t, f)
	w.create("helper", object{
		"model":           object{"id": "a/first", "parameters": object{"temperature": 0.5, "fallbacks": []object{{"model": "a/second"}}}},
		"fallback_models": []any{"a/third"},
	})
	w.play("helper", say("Hi"))
	var got []any
	for _, asked := range f.requests(3) {
		got = append(got, asked.Body["model"], asked.Body["temperature"])
	}
	if diff := cmp.Diff([]any{"first", 0.5, "second", 0.5, "third", nil}, got); diff != "" {
		t.Errorf("model and temperature of the requests (-want +got):\n%s", diff)
	}
}
