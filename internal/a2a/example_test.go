package a2a_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// serveWeather stands in for an agent of A2A 0.3 that streams one artifact in two pieces.
func serveWeather(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, result := range []string{
		`{"kind":"task","id":"t1","contextId":"c1","status":{"state":"working"}}`,
		`{"kind":"artifact-update","taskId":"t1","artifact":{"artifactId":"a1","parts":[{"kind":"text","text":"Sunny, "}]}}`,
		`{"kind":"artifact-update","taskId":"t1","append":true,"artifact":{"artifactId":"a1","parts":[{"kind":"text","text":"20 degrees."}]}}`,
		`{"kind":"status-update","taskId":"t1","status":{"state":"completed"},"final":true}`,
	} {
		_, _ = io.WriteString(w, `data: {"jsonrpc":"2.0","id":"1","result":`+result+"}\n\n")
	}
}

func ExampleClient_Ask() {
	server := httptest.NewServer(http.HandlerFunc(serveWeather))
	defer server.Close()
	card := fmt.Sprintf(`{"url":%q,"protocolVersion":"0.3.0","capabilities":{"streaming":true}}`, server.URL)
	client, err := a2a.Dial(a2a.Agent{Card: []byte(card)}, server.Client().Transport)
	if err != nil {
		fmt.Println(err)
		return
	}

	question := orq.Message{MessageID: "m1", Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("How is the weather?")}}
	answer, err := client.Ask(context.Background(), a2a.Message{Message: question}, func(parts []orq.Part) error {
		fmt.Printf("new: %q\n", orq.Message{Parts: parts}.Text())
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %q\n", answer.State, orq.Message{Parts: answer.Parts}.Text())
	// Output:
	// new: "Sunny, "
	// new: "20 degrees."
	// completed: "Sunny, 20 degrees."
}
